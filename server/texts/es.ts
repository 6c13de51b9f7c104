import type { Texts } from './en.ts';

export const es: Texts = {
  lead: 'Lead',
  contact: 'Contacto {name}',
  note: 'Nota, {at}',
  call: 'Llamada, {at}',
  taskOpen: 'Tarea pendiente, vence el {at}',
  taskOverdue: 'Tarea atrasada, vencía el {at}',
  taskDone: 'Tarea hecha, {at}',
  messageIn: 'Mensaje de {name}, {at}',
  messageOut: 'Mensaje al cliente de {name}, {at}',
  field: {
    name: 'Nombre',
    price: 'Presupuesto',
    stage: 'Etapa',
    responsible: 'Responsable',
    tags: 'Etiquetas',
    created: 'Creado',
    phone: 'Teléfono',
    email: 'Correo electrónico',
  },
  suggest: {
    summary: 'Resúmeme este lead.',
    nextStep: '¿Qué debo hacer ahora con este lead?',
    clientAsked: '¿Qué fue lo último que pidió {name}?',
    overdue: '¿Qué tarea está atrasada aquí y de qué trataba?',
    knowledge: '¿Qué dice «{title}» que le importe a este cliente?',
    agreed: '¿Qué le hemos prometido a este cliente hasta ahora?',
  },
  actions: {
    taskWithdrawn: 'Retirada: esta tarea se creó por error.',
    emailNote: 'Correo a {to}\n{subject}\n\n{text}',
    draftNote: 'Borrador para el cliente, aún no enviado:\n\n{text}',
  },
  install: {
    title: 'Cardwise se está conectando',
    body: 'Tu cuenta de Kommo se está conectando. Puedes cerrar esta ventana y abrir un lead: el panel estará listo en un minuto.',
    deniedTitle: 'Cardwise no se conectó',
    denied:
      'Se rechazó el acceso, así que no se conectó nada. Puedes empezar de nuevo desde la integración en Kommo cuando quieras.',
  },
};
