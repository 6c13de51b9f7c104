import { expect } from 'chai';
import { checkMediaType } from './media-type.ts';

const refused = (declared: string, content: string | Uint8Array) => () =>
  checkMediaType(declared, Buffer.from(content));

describe('the type of an upload', () => {
  it('is the declared one when the bytes bear it out', () => {
    expect(checkMediaType('Text/Markdown; charset=utf-8', Buffer.from('# Hi'))).to.equal('text/markdown');
    expect(checkMediaType('application/pdf', Buffer.from('%PDF-1.7\n'))).to.equal('application/pdf');
    expect(checkMediaType('text/plain', Buffer.from('\ufeffhé', 'utf16le'))).to.equal('text/plain');
  });

  it('is refused when the bytes are of another kind', () => {
    expect(refused('text/plain', '%PDF-1.4')).to.throw().with.property('status', 415);
    expect(refused('text/html', '   %PDF-1.4')).to.throw().with.property('status', 415);
    expect(refused('application/pdf', '<html>')).to.throw().with.property('status', 415);
    expect(refused('text/plain', 'PK\u0003\u0004\u0000\u0000')).to.throw().with.property('status', 415);
  });

  it('is refused when it is none of ours', () => {
    for (const declared of [
      'application/octet-stream',
      'application/zip',
      'image/svg+xml',
      '',
      'text/plainx',
    ]) {
      expect(refused(declared, 'x')).to.throw().with.property('code', 'unsupported-media-type');
    }
  });
});
