import { expect } from 'chai';
import { decodeText } from './decode.ts';

/** Bytes of a text in a single-byte code page. */
function encode(text: string, encoding: string): Uint8Array {
  const decoder = new TextDecoder(encoding);
  const codes = new Map(
    Array.from({ length: 256 }, (_, code) => [decoder.decode(Uint8Array.of(code)), code]),
  );
  return Uint8Array.from(Array.from(text), character => codes.get(character) ?? 63);
}

describe('decoding', () => {
  it('reads UTF-8 with and without a mark, and UTF-16 with one', () => {
    expect(decodeText(Buffer.from('Größe – цена'))).to.equal('Größe – цена');
    expect(decodeText(Buffer.from('\ufeffcaf\u00e9'))).to.equal('café');
    expect(decodeText(Buffer.from('\ufeffцена', 'utf16le'))).to.equal('цена');
    expect(decodeText(Buffer.from('\ufeffцена', 'utf16le').swap16())).to.equal('цена');
  });

  it('tells Cyrillic, Western and Turkish code pages apart', () => {
    const russian = 'Гарантия на кофемашину составляет двенадцать месяцев.';
    const german = 'Die Größe der Tür für Gäste: schöne Grüße.';
    const turkish = 'Garanti süresi ve değişim şartları yazılı olarak bildirilmiştir.';
    expect(decodeText(encode(russian, 'windows-1251'))).to.equal(russian);
    expect(decodeText(encode(german, 'windows-1252'))).to.equal(german);
    expect(decodeText(encode(turkish, 'windows-1254'))).to.equal(turkish);
  });

  it('believes a declared encoding before guessing', () => {
    expect(decodeText(encode('żółw', 'windows-1250'), 'windows-1250')).to.equal('żółw');
  });

  it('refuses bytes that are no text', () => {
    const noise = Uint8Array.from({ length: 400 }, (_, index) => (index * 7919) % 256 || 1);
    expect(() => decodeText(noise))
      .to.throw()
      .with.property('code', 'document-encoding');
    expect(() => decodeText(Uint8Array.of(0xff, 0xfe, 0x00, 0xd8))).to.throw();
  });
});
