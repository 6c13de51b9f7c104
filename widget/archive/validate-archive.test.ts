import { expect } from 'chai';
import { archiveFiles } from '../build/build-widget.ts';
import { type Bundled, bundleScript } from '../build/bundle-script.ts';
import { english, mutations } from './mutations.ts';
import { type Platform, validateArchive } from './validate-archive.ts';

const LOCALES: Record<Platform, string[]> = { kommo: ['en', 'es', 'pt'], amocrm: ['ru', 'en', 'es', 'pt'] };

describe('The archive check', () => {
  let code: Bundled;
  before(async () => {
    code = await bundleScript('https://api.example.com');
  });

  for (const platform of ['kommo', 'amocrm'] as const) {
    it(`finds nothing wrong with our archive for ${platform}`, async () => {
      expect(validateArchive(await archiveFiles(code, LOCALES[platform]), platform)).to.deep.equal([]);
    });
  }

  for (const [title, change, complaint] of mutations) {
    it(`refuses ${title}`, async () => {
      const files = await archiveFiles(code, LOCALES.kommo);
      change(files);
      const complaints = validateArchive(files, 'kommo');
      const fits = (said: string) =>
        typeof complaint === 'string' ? said === complaint : complaint.test(said);
      expect(complaints.some(fits), complaints.join('\n') || 'no complaint').to.equal(true);
    });
  }

  it('asks no vendor ending of an amoCRM name', async () => {
    const files = await archiveFiles(code, LOCALES.amocrm);
    english({ name: 'Lead answers' })(files);
    expect(validateArchive(files, 'amocrm')).to.deep.equal([]);
  });
});
