import type { ActionName } from '../../../api/proposal-types.ts';

const NOTE = 'M5 4h14v16H5zm4 5h6m-6 4h6';
const TASK = 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM8 12.5l3 3 5-6';
const CLOCK = 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM12 7v5l3.5 2';
const PEN = 'm4 20 1-4L16 5l3 3L8 19zM14 7l3 3';

const SHAPES: Record<
  ActionName | 'memory' | 'clock' | 'check' | 'cross' | 'alert' | 'back' | 'arrow',
  string
> = {
  note: NOTE,
  'task-create': TASK,
  'task-complete': TASK,
  'task-reschedule': CLOCK,
  stage: 'M4 6h9l5 6-5 6H4l4-6z',
  price: 'M3.5 6.5h17v11h-17zM12 9.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4',
  field: PEN,
  tags: 'M4 4h8l8 8-8 8-8-8zm4.5 4.4v.1',
  responsible: 'M12 12a4 4 0 1 1 0-8 4 4 0 0 1 0 8zm-7.5 8c.6-4 3.6-5.5 7.5-5.5s6.9 1.5 7.5 5.5',
  'link-contact':
    'M10 14a4 4 0 0 1 0-5.6l3-3a4 4 0 0 1 5.7 5.7L17 12.8M14 10a4 4 0 0 1 0 5.6l-3 3a4 4 0 0 1-5.7-5.7L7 11.2',
  message: 'M4 5h16v11h-8l-5 4v-4H4z',
  email: 'M3.5 6h17v12h-17zm0 .5 8.5 6.5 8.5-6.5',
  'call-tool': 'M4 12h9m-4-4 4 4-4 4M13 5h7v14h-7',
  memory: 'M7 4h10v16l-5-4-5 4z',
  clock: CLOCK,
  check: 'm5 12.5 4.5 4.5L19 7.5',
  cross: 'm6 6 12 12M18 6 6 18',
  alert: 'M12 9v4.5m0 3v.1M12 3.5 2.5 20h19z',
  arrow: 'M5 12h13m-5-5 5 5-5 5',
  back: 'M9 5 4 10l5 5M4 10h10a5.5 5.5 0 0 1 0 11h-3',
};

export type ShapeName = keyof typeof SHAPES;

export function Shape({ name }: { name: ShapeName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
