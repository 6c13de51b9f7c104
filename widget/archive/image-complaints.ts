import { type Files, type Json, object, strings } from './archive-files.ts';

const BYTES_MAX = 300 * 1024;
const LOGOS: Record<string, [width: number, height: number]> = {
  'images/logo.png': [130, 100],
  'images/logo_main.png': [400, 272],
  'images/logo_medium.png': [240, 84],
  'images/logo_min.png': [84, 84],
  'images/logo_small.png': [108, 108],
};
const PIPELINE_LOGO = 'images/logo_dp.png';
const TOUR_SIZE: [number, number] = [1188, 616];
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function imageComplaints(files: Files, manifest: Json): string[] {
  const complaints: string[] = [];
  const wanted = new Map(Object.entries(LOGOS));
  if (strings(manifest.locations).includes('digital_pipeline')) wanted.set(PIPELINE_LOGO, [174, 109]);
  for (const images of Object.values(object(object(manifest.tour).tour_images))) {
    for (const image of strings(images)) wanted.set(image.replace(/^\//, ''), TOUR_SIZE);
  }
  for (const [path, [width, height]] of wanted) {
    const bytes = files.get(path);
    if (!bytes) {
      complaints.push(`${path} is missing`);
      continue;
    }
    const size = pngSize(bytes);
    if (!size) complaints.push(`${path} is not a PNG image`);
    else if (size.width !== width || size.height !== height) {
      complaints.push(`${path} is ${size.width} x ${size.height} pixels; it must be ${width} x ${height}`);
    }
  }
  for (const [path, { length }] of files) {
    if (/\.(png|jpe?g|gif)$/.test(path) && length > BYTES_MAX)
      complaints.push(`${path} is larger than 300 KB`);
  }
  return complaints;
}

function pngSize(bytes: Uint8Array): { width: number; height: number } | null {
  if (bytes.length < 24 || PNG_SIGNATURE.some((byte, at) => bytes[at] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
