import type { LeadSpec } from './spec.ts';

export const lumenMoreLeads: LeadSpec[] = [
  {
    name: 'Granja Los Arcos — bombeo solar',
    price: 540_000,
    stage: 'empresas/estudio',
    owner: 'thiago',
    created: '8d',
    contact: {
      name: 'Fernando Arcos',
      phone: '+525550106072',
      email: 'fernando@losarcos.example',
      position: 'Administrador',
    },
    company: { name: 'Granja Los Arcos', address: 'Carretera a Huichapan km 14, Hidalgo' },
    tags: ['agro', 'terreno'],
    source: 'Expo Solar',
    fields: {
      sistema: 'Bombeo 15 HP, 48 paneles',
      techo: 'Terreno',
      consumo: 9100,
      pago: 'Crédito 36 meses',
      bateria: false,
    },
    journal: `
      8d < Tenemos un pozo de 120 metros y la luz nos come. ¿Hacen bombeo solar?
      7d > Sí, Fernando. ¿Qué potencia tiene la bomba y cuántas horas bombea al día?
      6d < 15 HP, unas 7 horas. ¿Hay apoyos del gobierno para el campo?
      2d # thiago: Pedir la curva de la bomba. Hay un programa de apoyo, pero la convocatoria abre en enero.
      +1d ! Reunión por video con Fernando
    `,
  },
  {
    name: 'Consultorio Dra. Salas — trámite con CFE',
    price: 118_000,
    stage: 'casas/tramite',
    owner: 'diego',
    created: '41d',
    contact: {
      name: 'Beatriz Salas',
      phone: '+525550105533',
      email: 'dra.salas@correo.example',
      position: 'Directora',
    },
    tags: ['instalado', 'esperando medidor'],
    source: 'Recomendación',
    fields: {
      sistema: '9 paneles Helio 550 W',
      techo: 'Losa',
      consumo: 910,
      instalacion: '10d',
      pago: 'Contado',
      bateria: false,
    },
    journal: `
      41d < Doctora Salas, consultorio dental. Quiero bajar el recibo, me urge.
      25d * Contrato — Contrato firmado, anticipo de 60% recibido.
      10d v Instalación => Terminada en un día y medio, falta el medidor bidireccional.
      6d < ¿Cuándo viene CFE por el medidor? Los paneles están puestos y sigo pagando lo mismo.
      5d > Doctora, el trámite ya está ingresado. Hoy pregunto en ventanilla.
      1d 2h < ¿Alguna noticia? ¿Puedo encender el sistema mientras tanto?
      8h ! Dar respuesta a la Dra. Salas sobre el medidor
      1d # diego: Folio CFE 88213. No debe encender antes del cambio de medidor: le cobrarían la energía inyectada.
    `,
  },
  {
    name: 'Residencial Encinos — 24 casas',
    price: 2_760_000,
    stage: 'empresas/oferta',
    owner: 'diego',
    created: '57d',
    contact: {
      name: 'Claudia Montes',
      phone: '+525550108290',
      email: 'cmontes@encinos.example',
      position: 'Desarrolladora',
    },
    company: { name: 'Desarrollos Encinos', address: 'Zibatá, Querétaro' },
    tags: ['volumen', 'desarrolladora'],
    source: 'Recomendación',
    channel: 'telegram',
    fields: {
      sistema: '24 × (6 paneles + inversor Nodo 3K)',
      techo: 'Losa',
      presupuesto: 2_600_000,
      instalacion: '+110d',
      bateria: false,
    },
    journal: `
      57d # Quiere ofrecer las casas con paneles incluidos. Compara tres proveedores.
      19d < ¿Qué descuento por volumen manejan en 24 casas? ¿Y respetan el precio si la entrega es por etapas?
      18d > Claudia, en etapas sí se puede. El descuento lo reviso con dirección.
      5d < Necesito la respuesta esta semana, por favor. También quién atiende la garantía cuando la casa ya tiene dueño.
      3d ! Enviar a Claudia descuento por volumen y cesión de garantía
      2d # lucia: Autorizo hasta 8% con calendario firmado de las tres etapas.
    `,
  },
  {
    name: 'Sr. Nava — techo no apto',
    price: 87_000,
    stage: 'casas/lost',
    owner: 'valeria',
    created: '39d',
    contact: { name: 'Hugo Nava', phone: '+525550101199', email: 'hnava@correo.example' },
    tags: [],
    source: 'WhatsApp',
    talkClosed: true,
    lossReason: 'Techo no apto',
    fields: { techo: 'Lámina', consumo: 480 },
    journal: `
      39d < Quiero cotizar 6 paneles, el techo es de lámina galvanizada.
      38d > Claro, señor Nava, agendamos una visita.
      30d v Visita técnica => Estructura oxidada, no es seguro instalar.
      28d < Entiendo. Si cambio el techo les aviso.
    `,
  },
  {
    name: 'Panadería La Espiga — 18 paneles',
    price: 205_000,
    stage: 'casas/won',
    owner: 'diego',
    created: '66d',
    contact: {
      name: 'Teresa Luna',
      phone: '+525550102266',
      email: 'teresa@laespiga.example',
      position: 'Dueña',
    },
    company: { name: 'Panadería La Espiga', address: 'Centro, Puebla' },
    tags: ['cliente feliz', 'referidos'],
    source: 'Recomendación',
    talkClosed: true,
    fields: {
      sistema: '18 paneles Helio 550 W',
      techo: 'Losa',
      consumo: 2300,
      instalacion: '20d',
      pago: 'Crédito 12 meses',
      bateria: false,
    },
    journal: `
      66d < Buenas, ¿cuánto cuesta para una panadería? Los hornos son de gas.
      50d * Contrato — Contrato firmado.
      20d v Instalación => Sistema encendido, medidor cambiado.
      9d < El primer recibo bajó de 9,400 a 1,100. ¡Gracias! ¿Cada cuándo se lavan los paneles?
    `,
  },
];
