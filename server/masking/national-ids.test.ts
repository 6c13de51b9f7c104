import { expect } from 'chai';
import { stdnum } from 'stdnum';
import { seededNumbers } from '../testing/seeded-numbers.ts';
import * as checks from './check-digits.ts';

interface Judge {
  validate(value: string): { isValid: boolean };
}

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The body of an identifier, `#` for a digit, and what its last characters may be. */
const bodies: [name: string, ours: (text: string) => boolean, theirs: Judge, body: string, ends: string[]][] =
  [
    ['BR CPF', checks.cpf, judge('BR', 'cpf'), '#########', twoDigits()],
    ['BR CNPJ', checks.cnpj, judge('BR', 'cnpj'), '############', twoDigits()],
    ['ES DNI', checks.dni, judge('ES', 'dni'), '########', [...letters]],
    ['ES NIE', checks.dni, judge('ES', 'nie'), 'X#######', [...letters]],
    ['ES CIF', checks.cif, judge('ES', 'cif'), 'B#######', [...digits]],
    ['MX CURP', checks.curp, judge('MX', 'curp'), 'BOXW8#0#1#HNERXN0', [...digits]],
    ['RU INN of companies', checks.inn, judge('RU', 'inn'), '77#######', [...digits]],
    ['RU INN of persons', checks.inn, judge('RU', 'inn'), '77########', twoDigits()],
    ['TR TCKN', checks.tckn, judge('TR', 'tckimlik'), '1########', twoDigits()],
    ['DE Steuer-ID', checks.steuerId, judge('DE', 'idnr'), '8#########', [...digits]],
    ['AR CUIT', checks.cuit, judge('AR', 'cuit'), '20########', [...digits]],
    ['CL RUT', checks.rut, judge('CL', 'rut'), '12######', [...digits, 'K']],
    ['PL PESEL', checks.pesel, judge('PL', 'pesel'), '4#0#1#####', [...digits]],
    ['FR NIR', checks.nir, judge('FR', 'nir'), '18#0#75######', twoDigits()],
  ];

describe('check digits of national ids', () => {
  for (const [name, ours, theirs, body, ends] of bodies) {
    it(`${name}: agrees with stdnum about every ending of random numbers`, () => {
      const next = seededNumbers(name.length * 7919);
      let valid = 0;
      for (let turn = 0; turn < 40; turn += 1) {
        const start = body.replaceAll('#', () => digits[next(10)] ?? '0');
        for (const end of ends) {
          const text = start + end;
          const accepted = theirs.validate(text).isValid;
          if (accepted) valid += 1;
          // stdnum asks for more than check digits (a date that was, a region), so it may refuse what we take.
          if (accepted) expect(ours(text), text).to.equal(true);
          const dated = /CURP|PESEL|NIR|Steuer|CIF/.test(name);
          if (!accepted && !dated) expect(ours(text), text).to.equal(false);
        }
      }
      expect(valid).to.be.greaterThan(1);
    });
  }

  it('knows the account numbers of the registry, and no changed digit of them', () => {
    for (const text of ['ES9121000418450200051332', 'DE89370400440532013000', 'GB29NWBK60161331926819']) {
      expect(checks.iban(text)).to.equal(true);
      expect(checks.iban(text.replace(/.$/, last => String((Number(last) + 1) % 10)))).to.equal(false);
    }
  });

  it('SNILS: knows the published example', () => {
    expect(checks.snils('11223344595')).to.equal(true);
    expect(checks.snils('11223344596')).to.equal(false);
  });
});

function twoDigits(): string[] {
  return [...digits].flatMap(one => [...digits].map(two => one + two));
}

function judge(country: string, id: string): Judge {
  const found = stdnum[country]?.[id];
  if (!found) throw new Error(`stdnum knows no ${id} of ${country}.`);
  return found;
}
