import { lumenLeads } from './lumen-leads.ts';
import { lumenMoreLeads } from './lumen-more-leads.ts';
import type { AccountSpec } from './spec.ts';

/** Sells and installs solar panels in central Mexico. */
export const lumen: AccountSpec = {
  id: 31_876_542,
  name: 'Lumen Energía Solar',
  subdomain: 'lumen',
  country: 'MX',
  lang: 'es',
  currency: 'MXN',
  timezone: 'America/Mexico_City',
  date: 'D/M/Y',
  groups: ['Ventas', 'Proyectos comerciales'],
  taskTypes: ['Seguimiento', 'Reunión', 'Enviar cotización'],
  users: [
    { key: 'lucia', name: 'Lucía Fernández', lang: 'es', access: 'admin' },
    { key: 'diego', name: 'Diego Ramírez', lang: 'es', access: 'A' },
    { key: 'valeria', name: 'Valeria Soto', lang: 'es', access: 'M' },
    { key: 'thiago', name: 'Thiago Almeida', lang: 'pt', access: 'G', group: 1 },
    { key: 'jorge', name: 'Jorge Medina', lang: 'es', access: 'A', inactive: true },
  ],
  pipelines: [
    {
      key: 'casas',
      name: 'Residencial',
      incoming: 'Leads entrantes',
      won: 'Logrado con éxito',
      lost: 'Venta perdida',
      stages: [
        ['contacto', 'Primer contacto'],
        ['visita', 'Visita técnica'],
        ['propuesta', 'Propuesta enviada'],
        ['negociacion', 'Negociación'],
        ['tramite', 'Contrato y trámite CFE'],
      ],
    },
    {
      key: 'empresas',
      name: 'Comercial e industrial',
      incoming: 'Solicitudes',
      won: 'Firmado',
      lost: 'Descartado',
      stages: [
        ['estudio', 'Estudio de consumo'],
        ['ingenieria', 'Ingeniería'],
        ['oferta', 'Oferta económica'],
      ],
    },
  ],
  leadFields: [
    { key: 'sistema', name: 'Sistema propuesto', type: 'text' },
    { key: 'techo', name: 'Tipo de techo', type: 'select', choices: ['Losa', 'Lámina', 'Teja', 'Terreno'] },
    { key: 'consumo', name: 'Consumo bimestral, kWh', type: 'numeric' },
    { key: 'presupuesto', name: 'Presupuesto máximo, MXN', type: 'numeric' },
    { key: 'instalacion', name: 'Fecha de instalación', type: 'date' },
    {
      key: 'pago',
      name: 'Forma de pago',
      type: 'select',
      choices: ['Contado', 'Crédito 12 meses', 'Crédito 36 meses', 'Arrendamiento'],
    },
    { key: 'bateria', name: 'Quiere batería', type: 'checkbox' },
  ],
  fieldNames: { phone: 'Teléfono', email: 'Correo', position: 'Cargo', web: 'Web', address: 'Dirección' },
  lossReasons: ['Precio alto', 'Eligió a la competencia', 'Techo no apto', 'No respondió'],
  sources: ['WhatsApp', 'Formulario web', 'Recomendación', 'Expo Solar'],
  leads: [...lumenLeads, ...lumenMoreLeads],
};
