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
});
