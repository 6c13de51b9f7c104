const SHAPES = {
  send: 'M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4',
  stop: 'M7 7h10v10H7z',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  up: 'M7 11v9H4v-9zm0 0 4-7c1.6 0 2.4 1 2 2.8L12.4 10H19l-1.6 8.4A2 2 0 0 1 15.5 20H7',
  down: 'M7 13V4H4v9zm0 0 4 7c1.6 0 2.4-1 2-2.8L12.4 14H19l-1.6-8.4A2 2 0 0 0 15.5 4H7',
  retry: 'M5 12a7 7 0 1 0 2.3-5.2M5 4v4h4',
  back: 'm14 6-6 6 6 6',
  below: 'M12 5v14m-6-6 6 6 6-6',
  info: 'M12 11v5m0-8.5v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  plus: 'M12 5v14m-7-7h14',
  note: 'M5 4h14v16H5zm4 5h6m-6 4h6',
  alert: 'M12 9v4.5m0 3v.1M12 3.5 2.5 20h19z',
};

export type IconName = keyof typeof SHAPES;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}

/** The mark of the brand: a card with a spark. */
export function BrandMark() {
  return (
    <svg class="brand" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        class="card"
        d="M5 3h14a3 3 0 0 1 3 3v9a3 3 0 0 1-3 3h-6l-5 4v-4H5a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z"
      />
      <path class="spark" d="M12 5.5 13.4 9.1 17 10.5 13.4 11.9 12 15.5 10.6 11.9 7 10.5 10.6 9.1z" />
    </svg>
  );
}
