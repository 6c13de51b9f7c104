import type {
  App,
  CurrentCard,
  WidgetCallbacks,
  WidgetConstructor,
  WidgetHost,
  WidgetLocation,
  WidgetManifest,
} from '@kommo/widget-sdk-types';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

holds<Equal<App['data']['current_card'], CurrentCard | false>>();
holds<Equal<ReturnType<WidgetCallbacks['render']>, true | Promise<true>>>();
holds<'lcard-1' extends WidgetLocation ? true : false>();
holds<'llist' extends WidgetLocation ? true : false>();
holds<'settings' extends WidgetLocation ? true : false>();

// @ts-expect-error settings has no panel
const panelOfSettings: WidgetLocation = 'settings-1';
// @ts-expect-error only `true` is a valid tour
const tour: WidgetManifest['tour'] = { is_tour: false, tour_images: {}, tour_description: 'x' };
// @ts-expect-error render must yield true
const callbacks: WidgetCallbacks = { render: () => false, init: () => true, bind_actions: () => true };

export const plainFunction: WidgetConstructor = function (this: WidgetHost) {
  this.callbacks = { render: () => true, init: () => true, bind_actions: () => true };
  return this;
};
export const refused = [panelOfSettings, tour, callbacks];
