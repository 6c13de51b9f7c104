/** What stands before some digits and speaks for or against their being a phone number. */
export interface Before {
  /** Part of a longer code or path: letters, `_`, `/`, `#` touch it. */
  glued: boolean;
  /** A currency. */
  amount: boolean;
  /** "tel.", "WhatsApp", "звоните". */
  namesPhone: boolean;
  /** "order", "SKU", "№", "ИНН". */
  namesOther: boolean;
  /** The first three of these. */
  namesGoods: boolean;
}

/** What stands after them. */
export interface After {
  glued: boolean;
  /** A currency, a unit, a percentage. */
  amount: boolean;
}

const reach = 32;

const currency =
  '[$€£¥₽₺₴₸]|r\\$|usd|eur|gbp|mxn|brl|cop|clp|ars|pen|rub|try|руб|тенге|тг|доллар|евро|d[oó]lar|pesos?|reais|euros?|dollars?|lira|rubles?';
const unit =
  '%|‰|km|kg|mg|ml|mm|cm|m[23²³]|gb|mb|kb|px|pcs|шт|кг|км|мм|см|ед|un\\b|uds|unidades|units?|items?|bytes?|руб';
const amountAfter = new RegExp(
  `^ ?(?:${currency}|${unit}|р\\.)(?![\\p{L}\\p{N}])|^[.,]\\d{1,2}(?!\\d)|^ ?[%$€£₽₺]`,
  'iu',
);
const amountBefore = new RegExp(`(?:^|[^\\p{L}])(?:${currency}) ?$|[$€£¥₽₺] ?-?$`, 'iu');

const phoneWords =
  '(?:tel|telf|tlf|tfno|fone|phone|telephone|tel[eé]fono|telefone|telefon|telefonu|cel|celular|m[oó]vil|mobile|mobil|cell|handy|whats?app|whats|wpp|zap|viber|telegram|sms|fax|gsm|call|dial|ring|ligue|ligar|llam[ae]\\p{L}*|marcar|marque|my number|mi n[uú]mero|meu n[uú]mero|мой номер|тел|телефон\\p{L}*|моб|мобильн\\p{L}*|сотов\\p{L}*|звон\\p{L}*|позвон\\p{L}*|набер\\p{L}*|ватсап\\p{L}*|вотсап\\p{L}*)';
/** The word, a few more words without digits, then the number. */
const namesPhone = new RegExp(
  `(?:^|[^\\p{L}\\p{N}])${phoneWords}(?![\\p{L}\\p{N}])[^\\p{N}\\n;]{0,16}$|wa\\.me/$|[?&]phone=$`,
  'iu',
);

/** Of goods and papers. */
const goodsWords =
  '(?:order|invoice|bill|ticket|case|ref|reference|code|sku|item|article|art|part|serial|s/n|model|lead|deal|tracking|batch|lot|version|build|barcode|ean|upc|gtin|isbn|imei|pedido|factura|fatura|nota|nf|c[oó]digo|c[oó]d|referencia|refer[eê]ncia|art[ií]culo|artigo|modelo|serie|s[eé]rie|boleto|rastreio|rastreo|gu[ií]a|protocolo|folio|заказ\\p{L}*|сч[её]т\\p{L}*|накладн\\p{L}*|артикул\\p{L}*|арт|код\\p{L}*(?: товара)?|договор\\p{L}*|сделк\\p{L}*|заявк\\p{L}*|тикет\\p{L}*|трек\\p{L}*|номер заказа|rechnung|bestellung|auftrag|artikel|sipari[sş]|fatura|kod)';
const otherWords = `(?:${goodsWords}|id|ids|uuid|contact|account|port|iban|swift|vat|tax|ssn|zip|postcode|timestamp|cuenta|conta|cpf|cnpj|cep|rg|nif|nie|dni|cif|rfc|curp|nit|rut|ruc|contrato|contract|инн|кпп|огрн|снилс|бик|kundennummer|kundennr|vergi)`;
const names = (words: string) =>
  new RegExp(
    `(?:^|[^\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])[ .:=-]*(?:number|num|no|nr|n[º°o]|№|#|id|de|n[uú]mero|nummer)?[ .:=#№º°-]*$|[#№]\\s?$|(?:^|[^\\p{L}])n[º°] ?$`,
    'iu',
  );
const namesOther = names(otherWords);
const namesGoods = names(goodsWords);

const nothing: Before = {
  glued: false,
  amount: false,
  namesPhone: false,
  namesOther: false,
  namesGoods: false,
};

export function before(text: string, start: number): Before {
  const words = text.slice(Math.max(0, start - reach), start);
  if (/^[0-9 ]*$/.test(words)) return nothing; // long tables of numbers: no need to read each ten times
  const says = namesPhone.test(words);
  return {
    glued: !says && /[\p{L}\p{N}_/#=&@\\-]$|[0-9][.,:]$/u.test(words),
    amount: amountBefore.test(words),
    namesPhone: says,
    namesOther: namesOther.test(words),
    namesGoods: namesGoods.test(words),
  };
}

export function after(text: string, end: number): After {
  const words = text.slice(end, end + 12);
  return {
    glued: /^(?:[\p{L}\p{N}_@=]|-[\p{L}]|[.,:/][0-9])/u.test(words),
    amount: amountAfter.test(words),
  };
}
