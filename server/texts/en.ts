export const en = {
  lead: 'Lead',
  contact: 'Contact {name}',
  note: 'Note, {at}',
  call: 'Call, {at}',
  remembered: 'Remembered, {at}',
  toolAnswer: 'Answer of “{title}”, {at}',
  taskOpen: 'Open task, due {at}',
  taskOverdue: 'Overdue task, was due {at}',
  taskDone: 'Task done, {at}',
  messageIn: 'Message from {name}, {at}',
  messageOut: 'Message to the client from {name}, {at}',
  promised: 'Promised to the client: {text}',
  field: {
    name: 'Name',
    price: 'Budget',
    stage: 'Stage',
    responsible: 'Responsible',
    tags: 'Tags',
    created: 'Created',
    phone: 'Phone',
    email: 'E-mail',
  },
  suggest: {
    summary: 'Summarise this lead for me.',
    nextStep: 'What should I do next with this lead?',
    clientAsked: 'What did {name} ask for last?',
    overdue: 'Which task is overdue here, and what was it about?',
    knowledge: 'What does "{title}" say that matters for this client?',
    agreed: 'What have we promised this client so far?',
  },
  actions: {
    taskWithdrawn: 'Withdrawn: this task was created by mistake.',
    emailNote: 'E-mail to {to}\n{subject}\n\n{text}',
    draftNote: 'Draft for the client, not sent yet:\n\n{text}',
    botApology: 'Sorry, I could not answer just now. Somebody will write to you soon.',
  },
  command: {
    prepared: 'This is ready for you to approve.',
    preparedSeveral: 'These are ready for you to approve.',
    noteEmpty: 'Write the note after the command, for example: `/note The client prefers calls after five`.',
    remembered: 'Remembered: it will be at hand the next time somebody asks about this lead.',
    rememberEmpty:
      'Write what is to be remembered after the command, for example: `/remember Decides together with her brother`.',
    taskEmpty: 'Say what is to be done and when, for example: `/task tomorrow 10:00 call`.',
    stageEmpty: 'Name the stage after the command. The stages here are: {stages}.',
    stageUnknown: 'No stage is called “{words}”. The stages here are: {stages}.',
    stageSeveral: '“{words}” fits several stages: {stages}. Write more of the name.',
    stageSame: 'The lead is in “{stage}” already.',
    priceUnreadable: 'Write the budget as a whole number, for example: `/price 12500`.',
    fieldEmpty:
      'Name the field and its value, for example: `/field Delivery date: 2027-01-31`. The fields are: {fields}.',
    fieldUnknown: 'No field is called “{words}”. The fields are: {fields}.',
    several: '“{words}” fits several: {found}. Write more of the name.',
    contactEmpty: 'Write the name of the contact after the command, for example: `/contact Dana Smith`.',
    contactUnknown: 'No contact is called “{words}”.',
    messageEmpty: 'Write the message after the command, for example: `/message Your quote is ready`.',
    emailEmpty:
      'Write the address, the subject and, after a colon, the text, for example: `/email dana@client.example Your quote: Twelve seats are 4800 a year`.',
    invalid: 'This cannot be prepared: {why}',
    findEmpty: 'Write what to look for after the command, for example: `/find return policy`.',
    help: 'These commands work without a model:\n\n- `/task tomorrow 10:00 call` prepares a task\n- `/note` and a text prepares a note\n- `/stage` and a name prepares a move to another stage\n- `/price` and a number prepares another budget\n- `/field` with a name and a value prepares another value of a field\n- `/contact` and a name prepares to tie a contact to the lead\n- `/message` and a text prepares a message to the client\n- `/email` with an address, a subject and a text prepares an e-mail\n- `/find` and some words quotes the knowledge\n- `/remember` and a sentence keeps it for later conversations',
  },
  install: {
    title: 'Cardwise is being connected',
    body: 'Your Kommo account is being connected. You can close this window and open a lead: the panel is ready within a minute.',
    deniedTitle: 'Cardwise was not connected',
    denied:
      'Access was declined, so nothing was connected. You can start again from the integration in Kommo at any time.',
  },
};

/** The keys every locale has. */
export type Texts = typeof en;
