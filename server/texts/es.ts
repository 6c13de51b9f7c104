import type { Texts } from './en.ts';

export const es: Texts = {
  lead: 'Lead',
  contact: 'Contacto {name}',
  note: 'Nota, {at}',
  call: 'Llamada, {at}',
  remembered: 'Recordado, {at}',
  toolAnswer: 'Respuesta de «{title}», {at}',
  taskOpen: 'Tarea pendiente, vence el {at}',
  taskOverdue: 'Tarea atrasada, vencía el {at}',
  taskDone: 'Tarea hecha, {at}',
  messageIn: 'Mensaje de {name}, {at}',
  messageOut: 'Mensaje al cliente de {name}, {at}',
  promised: 'Prometido al cliente: {text}',
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
    botApology: 'Perdone, ahora no he podido responder. Pronto le escribirá alguien.',
  },
  command: {
    prepared: 'Esto está listo para que lo apruebes.',
    preparedSeveral: 'Todo esto está listo para que lo apruebes.',
    noteEmpty:
      'Escribe la nota después del comando, por ejemplo: `/nota El cliente prefiere llamadas después de las cinco`.',
    remembered: 'Recordado: estará a mano la próxima vez que alguien pregunte por este lead.',
    rememberEmpty:
      'Escribe qué hay que recordar después del comando, por ejemplo: `/recordar Decide junto con su hermano`.',
    taskEmpty: 'Di qué hay que hacer y cuándo, por ejemplo: `/tarea mañana 10:00 llamar`.',
    stageEmpty: 'Escribe el nombre de la etapa después del comando. Las etapas son: {stages}.',
    stageUnknown: 'Ninguna etapa se llama «{words}». Las etapas son: {stages}.',
    stageSeveral: '«{words}» coincide con varias etapas: {stages}. Escribe más del nombre.',
    stageSame: 'El lead ya está en «{stage}».',
    priceUnreadable: 'Escribe el presupuesto como número entero, por ejemplo: `/presupuesto 12500`.',
    fieldEmpty:
      'Escribe el campo y su valor, por ejemplo: `/campo Fecha de entrega: 2027-01-31`. Los campos son: {fields}.',
    fieldUnknown: 'Ningún campo se llama «{words}». Los campos son: {fields}.',
    several: '«{words}» coincide con varios: {found}. Escribe más del nombre.',
    contactEmpty: 'Escribe el nombre del contacto después del comando, por ejemplo: `/contacto Dana Smith`.',
    contactUnknown: 'Ningún contacto se llama «{words}».',
    messageEmpty: 'Escribe el mensaje después del comando, por ejemplo: `/mensaje Tu cotización está lista`.',
    emailEmpty:
      'Escribe la dirección, el asunto y, tras dos puntos, el texto, por ejemplo: `/correo dana@client.example Tu cotización: Doce puestos cuestan 4800 al año`.',
    invalid: 'Esto no se puede preparar: {why}',
    findEmpty: 'Escribe qué buscar después del comando, por ejemplo: `/buscar política de devoluciones`.',
    help: 'Estos comandos funcionan sin un modelo:\n\n- `/tarea mañana 10:00 llamar` prepara una tarea\n- `/nota` y un texto prepara una nota\n- `/etapa` y un nombre prepara un cambio de etapa\n- `/presupuesto` y un número prepara otro presupuesto\n- `/campo` con un nombre y un valor prepara otro valor de un campo\n- `/contacto` y un nombre prepara vincular un contacto al lead\n- `/mensaje` y un texto prepara un mensaje al cliente\n- `/correo` con una dirección, un asunto y un texto prepara un correo\n- `/buscar` y unas palabras cita la base de conocimiento\n- `/recordar` y una frase la guarda para próximas conversaciones',
  },
  install: {
    title: 'Cardwise se está conectando',
    body: 'Tu cuenta de Kommo se está conectando. Puedes cerrar esta ventana y abrir un lead: el panel estará listo en un minuto.',
    deniedTitle: 'Cardwise no se conectó',
    denied:
      'Se rechazó el acceso, así que no se conectó nada. Puedes empezar de nuevo desde la integración en Kommo cuando quieras.',
  },
};
