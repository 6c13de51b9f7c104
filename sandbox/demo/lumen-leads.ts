import type { LeadSpec } from './spec.ts';

export const lumenLeads: LeadSpec[] = [
  {
    name: 'Familia Ortega — 12 paneles, casa en Querétaro',
    price: 148_500,
    stage: 'casas/negociacion',
    owner: 'valeria',
    created: '18d',
    contact: { name: 'Mariana Ortega', phone: '+525550102030', email: 'mariana.ortega@correo.example' },
    tags: ['recibo alto', 'financiamiento'],
    source: 'WhatsApp',
    fields: {
      sistema: '12 paneles Helio 550 W + inversor Nodo 6K',
      techo: 'Losa',
      consumo: 1180,
      presupuesto: 150_000,
      instalacion: '+21d',
      pago: 'Crédito 12 meses',
      bateria: false,
    },
    journal: `
      18d < Hola, pago como 6,800 de luz al bimestre y quiero saber si me conviene poner paneles.
      18d > ¡Hola Mariana! Con ese consumo casi siempre conviene. ¿Me compartes una foto del recibo por ambos lados?
      17d < Claro, ahí va. La casa tiene losa y da bastante el sol.
      14d @ 7m15s Tarifa DAC, dos minisplits, esposo trabaja en casa
      11d v Visita técnica => Losa en buen estado, 46 m² libres, sombra del tinaco por la tarde: mover el tinaco o usar optimizadores.
      9d * Cotización — Cotización L-1180 enviada: 148,500 MXN con instalación y trámite ante CFE. Vigencia de 15 días.
      6d < Gracias por la propuesta. ¿Qué garantía tienen los paneles y el inversor? Otra empresa me ofrece 25 años en todo.
      6d > Te confirmo por escrito: son garantías distintas para panel, inversor e instalación.
      3d < También quiero saber cuánto tarda CFE en cambiar el medidor. Me da miedo pagar y quedarme esperando.
      1d 3h # valeria: Si le damos 12 meses sin intereses firma esta semana. Puedo dar 3% por pago de contado; más, solo con Lucía.
      5h < Mi esposo pregunta: si pagamos de contado, ¿hay descuento? ¿Y si después quiero una batería, sirve el mismo inversor?
      3h ! Responder a Mariana: garantías, tiempos de CFE y descuento
      +4d ! Llamar para cerrar contrato
    `,
  },
  {
    name: 'Hotel Jacarandas — 96 kWp en azotea',
    price: 1_890_000,
    stage: 'empresas/oferta',
    owner: 'thiago',
    created: '48d',
    contact: {
      name: 'Ernesto Villalobos',
      phone: '+525550104411',
      email: 'evillalobos@jacarandas.example',
      position: 'Gerente general',
    },
    company: {
      name: 'Hotel Jacarandas',
      address: 'Av. Constituyentes 210, Morelia',
      web: 'https://jacarandas.example',
    },
    tags: ['hotel', 'arrendamiento'],
    source: 'Expo Solar',
    channel: 'telegram',
    fields: {
      sistema: '175 paneles Helio 550 W, 3 inversores Nodo 33K',
      techo: 'Losa',
      consumo: 38_400,
      presupuesto: 2_000_000,
      instalacion: '+75d',
      pago: 'Arrendamiento',
      bateria: true,
    },
    journal: `
      48d # Conocido en Expo Solar. 84 habitaciones, lavandería propia, pico de consumo de 7 a 10 am.
      36d @ 18m20s Decide el consejo, quiere retorno menor a 5 años
      29d v Visita: levantamiento en azotea => Azotea norte con filtraciones; impermeabilizar antes de instalar.
      15d * Ingeniería — Memoria de cálculo entregada, producción estimada 158 MWh al año.
      9d < Thiago, el consejo pregunta qué pasa si la producción real es menor a la estimada. ¿Hay garantía de producción?
      8d > Sí, hay garantía de producción; te mando el detalle con la oferta final.
      4d < ¿El mantenimiento está incluido en el arrendamiento? ¿Y quién paga el seguro contra granizo?
      2d # thiago: Confirmar con Lucía el costo del seguro y si absorbemos la impermeabilización (unos 85,000).
      +2d ! Enviar oferta final con arrendamiento a 60 meses
      +8d ! Reunión con el consejo
    `,
  },
  {
    name: 'Taller Herrera — nave con techo de lámina',
    price: 312_000,
    stage: 'empresas/ingenieria',
    owner: 'thiago',
    created: '22d',
    contact: {
      name: 'Raúl Herrera',
      phone: '+525550107701',
      email: 'raul@tallerherrera.example',
      position: 'Dueño',
    },
    company: { name: 'Taller Herrera', address: 'Parque Industrial Bajío, Celaya' },
    tags: ['industrial'],
    source: 'Recomendación',
    fields: {
      sistema: '30 paneles Helio 550 W, inversor Nodo 15K',
      techo: 'Lámina',
      consumo: 5200,
      pago: 'Crédito 36 meses',
      bateria: false,
    },
    journal: `
      22d < Me recomendó Don Aurelio. Tengo un taller de torno con techo de lámina, ¿aguanta los paneles?
      21d > Hola Raúl, casi siempre sí, pero un ingeniero debe revisar la estructura. La visita no tiene costo.
      13d v Visita técnica => Lámina calibre 26, hay que reforzar dos armaduras.
      5d < ¿El refuerzo lo hacen ustedes o yo lo contrato? ¿Cuánto se atrasa la obra?
      1d 8h ! Enviar a Raúl el costo del refuerzo
      1d # thiago: El refuerzo cuesta entre 18,000 y 24,000 y suma una semana.
    `,
  },
  {
    name: 'Casa Benítez — respaldo con batería',
    price: 236_000,
    stage: 'casas/propuesta',
    owner: 'diego',
    created: '12d',
    contact: { name: 'Alonso Benítez', phone: '+525550109144', email: 'alonso@benitez.example' },
    tags: ['batería', 'apagones'],
    source: 'Formulario web',
    channel: 'telegram',
    fields: {
      sistema: '10 paneles + batería Reserva 10',
      techo: 'Teja',
      consumo: 860,
      presupuesto: 220_000,
      pago: 'Contado',
      bateria: true,
    },
    journal: `
      12d * Formulario web — "Se va la luz dos o tres veces por semana y trabajo en casa. Quiero batería."
      11d > Hola Alonso, ¿qué necesitas mantener encendido durante un apagón y por cuántas horas?
      11d < Refrigerador, internet y dos computadoras. Unas 6 horas.
      7d v Visita técnica => Teja: se necesita estructura especial. Cabe la batería en el garaje.
      5d * Cotización — Cotización L-1204 enviada: 236,000 MXN.
      2d < Está arriba de mi presupuesto. ¿Puedo empezar solo con paneles y agregar la batería en un año? ¿Pierdo la garantía?
      4h ! Llamar a Alonso: opción en dos etapas
    `,
  },
  {
    name: 'Sra. Pineda — duda sobre granizo',
    price: 96_000,
    stage: 'casas/contacto',
    owner: 'valeria',
    created: '1d 6h',
    contact: { name: 'Graciela Pineda', phone: '+525550103388', email: 'gpineda@correo.example' },
    tags: ['inbound'],
    source: 'WhatsApp',
    fields: { techo: 'Losa', consumo: 640 },
    journal: `
      1d 6h < Buenas tardes, vi su anuncio. El año pasado granizó muy fuerte aquí. ¿Los paneles aguantan? ¿Los cubre la garantía?
      1d 5h > Buenas tardes, señora Graciela. Sí están probados contra granizo, le comparto los detalles. ¿En qué ciudad está la casa?
      1d 4h < En Tlaxcala. ¿Hasta allá instalan? ¿Cobran el viaje?
      6h ! Contestar a la Sra. Pineda
    `,
  },
];
