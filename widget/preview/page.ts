import type { WidgetConstructor } from '@kommo/widget-sdk-types';
import { openPreviewPage, type PreviewConfig, type PreviewPage } from '../host/preview-host.ts';

declare global {
  interface Window {
    previewConfig: PreviewConfig;
    preview?: PreviewPage;
  }
}

type Loader = (modules: string[], loaded: (module: WidgetConstructor) => void) => void;

(window as unknown as { require: Loader }).require([`${window.previewConfig.path}/script.js`], Widget => {
  window.preview = openPreviewPage(window.previewConfig, Widget);
  // For people: `#2` enters the card of lead 2.
  if (window.location.hash) void window.preview.enter(Number(window.location.hash.slice(1)));
});
