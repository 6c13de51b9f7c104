import * as checks from './check-digits.ts';

/** How one kind of identifier is written. Patterns are read without regard to case. */
export interface IdPlan {
  country: string;
  /** Spellings that hardly anything else has: no check digit is asked for. */
  telling: string | null;
  /** Other spellings, which count with a right check digit. */
  plain: string | null;
  checks: ((compact: string) => boolean) | null;
}

const month = '(?:0[1-9]|1[0-2])';
const day = '(?:0[1-9]|[12][0-9]|3[01])';
const mexicanState =
  '(?:AS|BC|BS|CC|CL|CM|CS|CH|DF|DG|GT|GR|HG|JC|MC|MN|MS|NT|NL|OC|PL|QT|QR|SP|SL|SR|TC|TS|TL|VZ|YN|ZS|NE)';
const ssn = '(?!000|666|9)[0-9]{3}';

/** To add a country, add a line; `masking/national-ids.test.ts` compares its check digit with stdnum. */
export const idPlans: IdPlan[] = [
  // Persons and companies in Brazil: CPF, CNPJ
  plan(
    'BR',
    '[0-9]{3}[.][0-9]{3}[.][0-9]{3} ?[-/] ?[0-9]{2}',
    '[0-9]{9} ?-? ?[0-9]{2}|[0-9]{3} [0-9]{3} [0-9]{3} [0-9]{2}',
    checks.cpf,
  ),
  plan(
    'BR',
    '[0-9A-Z]{2}[.][0-9A-Z]{3}[.][0-9A-Z]{3}/[0-9A-Z]{4} ?- ?[0-9]{2}',
    '[0-9A-Z]{8}/?[0-9A-Z]{4}-?[0-9]{2}',
    checks.cnpj,
  ),
  // Spain: DNI and NIE, CIF
  plan(
    'ES',
    '[0-9]{2}[.][0-9]{3}[.][0-9]{3}[ -]?[TRWAGMYFPDXBNJZSQVHLCKE]',
    '[0-9]{8}[ -]?[A-Z]|[XYZ][ -]?[0-9]{7}[ -]?[A-Z]',
    checks.dni,
  ),
  plan('ES', null, '[ABCDEFGHJNPQRSUVW][ -]?[0-9]{7}[ -]?[0-9A-J]', checks.cif),
  // Mexico: CURP, RFC
  plan('MX', null, `[A-ZÑ]{4}[0-9]{2}${month}${day}[HMX]${mexicanState}[A-ZÑ]{3}[0-9A-Z][0-9]`, checks.curp),
  plan('MX', `[A-ZÑ&]{3,4}[ -]?[0-9]{2}${month}${day}[ -]?[A-Z0-9]{2}[0-9A]`, null, null),
  // United States: SSN, and ITIN, which begins with 9
  plan(
    'US',
    `${ssn}[- ](?!00)[0-9]{2}[- ](?!0000)[0-9]{4}|9[0-9]{2}-(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])-[0-9]{4}`,
    null,
    null,
  ),
  // Russia: taxpayers, insured persons
  plan('RU', null, '[0-9]{12}', checks.inn),
  plan(
    'RU',
    '[0-9]{3}-[0-9]{3}-[0-9]{3}[ -][0-9]{2}',
    '[0-9]{11}|[0-9]{3} [0-9]{3} [0-9]{3} [0-9]{2}',
    checks.snils,
  ),
  plan('TR', null, '[1-9][0-9]{10}|[1-9][0-9]{2} [0-9]{3} [0-9]{3} [0-9]{2}', checks.tckn),
  plan('DE', null, '[1-9][0-9]{10}|[1-9][0-9] [0-9]{3} [0-9]{3} [0-9]{3}', checks.steuerId),
  // Argentina: CUIT and CUIL
  plan(
    'AR',
    '(?:2[03457]|3[034])-[0-9]{8}-[0-9]',
    '(?:2[03457]|3[034])[ .]?[0-9]{8}[ .]?[0-9]|(?:2[03457]|3[034])-[0-9]{2}[.][0-9]{3}[.][0-9]{3}-[0-9]',
    checks.cuit,
  ),
  plan('CL', '[0-9]{1,2}[.][0-9]{3}[.][0-9]{3} ?- ?[0-9K]', '[0-9]{7,8}-[0-9K]', checks.rut),
  plan('PL', null, '[0-9]{11}', checks.pesel),
  plan('FR', null, '[12] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}', checks.nir),
  // Italy: codice fiscale; Great Britain: National Insurance
  plan('IT', `[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]`, null, null),
  plan(
    'GB',
    '(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] [0-9]{2} [0-9]{2} [0-9]{2} [A-D]',
    null,
    null,
  ),
];

/** Said right before it, whatever comes with digits is an identifier of somebody. */
export const idWords =
  '(?:cpf(?:/mf)?|cnpj|rg|cnh|dni|d\\.n\\.i\\.|nie|nif|rfc|curp|clave [uú]nica|nss|ssn|social security|itin|tax (?:payer )?id|инн|снилс|паспорт\\p{L}*|tckn|tc kimlik|t\\.c\\. kimlik|kimlik|vergi (?:no|numaras\\p{L}*)|steuer-?id\\p{L}*|steuer-?identifikationsnummer|steuernummer|idnr|(?:personal)?ausweis\\p{L}*|reisepass\\p{L}*|cuit|cuil|rut|r\\.u\\.t\\.|nit|c[eé]dula\\p{L}*|passaporte|pasaporte|passport|pasaport|codice fiscale|nino|national insurance|pesel|national id|identity (?:card|number)|documento de identidad|carteira de identidade|c[eé]dula de identidad|aadhaar)';

function plan(
  country: string,
  telling: string | null,
  plain: string | null,
  check: IdPlan['checks'],
): IdPlan {
  return { country, telling, plain, checks: check };
}
