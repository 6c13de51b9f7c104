import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { ArchiveRefused, readArchive } from './archive.ts';
import { widgetZip } from './testing/kit.ts';

function complaintsOf(zip: Uint8Array): string[] {
  try {
    readArchive(zip);
    return [];
  } catch (error) {
    if (error instanceof ArchiveRefused) return error.complaints;
    throw error;
  }
}

describe('Widget archives', () => {
  it('are read with their texts by language', () => {
    const archive = readArchive(widgetZip());
    expect(archive.manifest.widget.version).to.equal('1.0.0');
    expect(archive.langs['es']).to.deep.equal({ widget: { name: 'name es' } });
    expect(archive.files.has('images/logo_min.png')).to.equal(true);
  });

  it('are refused when they are no zip, or hold a folder instead of the files', () => {
    expect(complaintsOf(strToU8('not a zip'))).to.deep.equal(['The archive is not a readable zip file.']);
    const nested = zipSync({ 'widget/manifest.json': strToU8('{}') });
    expect(complaintsOf(nested)[0]).to.match(/not at the root/);
  });

  it('are refused with every complaint at once', () => {
    const broken = widgetZip({ 'script.js': null, 'i18n/es.json': '{"other":"key"}' });
    expect(complaintsOf(broken)).to.deep.equal([
      'script.js is missing at the root of the archive.',
      'i18n/es.json has other keys than i18n/en.json.',
    ]);
    expect(complaintsOf(widgetZip({ 'i18n/es.json': null }))).to.deep.equal(['i18n/es.json is missing.']);
    expect(complaintsOf(widgetZip({ 'i18n/es.json': '{"widget":{"name":"n"}}\r\n' }))[0]).to.match(
      /CR line ends/,
    );
  });

  it('are refused when the manifest asks for settings and has none', () => {
    const widget = {
      ...{
        name: 'n',
        description: 'd',
        short_description: 's',
        version: '1',
        interface_version: 2,
        locale: ['en'],
      },
      installation: true,
    };
    const manifest = JSON.stringify({ widget, locations: ['settings'] });
    expect(complaintsOf(widgetZip({ 'manifest.json': manifest }, ['en']))).to.deep.equal([
      '"settings" field is required in manifest.json.',
    ]);
  });
});
