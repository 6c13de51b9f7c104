import type { Texts } from './en.ts';

export const pt: Texts = {
  lead: 'Lead',
  contact: 'Contato {name}',
  note: 'Nota, {at}',
  call: 'Ligação, {at}',
  remembered: 'Lembrado, {at}',
  toolAnswer: 'Resposta de “{title}”, {at}',
  taskOpen: 'Tarefa aberta, vence em {at}',
  taskOverdue: 'Tarefa atrasada, vencia em {at}',
  taskDone: 'Tarefa concluída, {at}',
  messageIn: 'Mensagem de {name}, {at}',
  messageOut: 'Mensagem ao cliente de {name}, {at}',
  promised: 'Prometido ao cliente: {text}',
  field: {
    name: 'Nome',
    price: 'Orçamento',
    stage: 'Etapa',
    responsible: 'Responsável',
    tags: 'Etiquetas',
    created: 'Criado',
    phone: 'Telefone',
    email: 'E-mail',
  },
  suggest: {
    summary: 'Resuma este lead para mim.',
    nextStep: 'O que devo fazer agora com este lead?',
    clientAsked: 'Qual foi o último pedido de {name}?',
    overdue: 'Que tarefa está atrasada aqui e do que se tratava?',
    knowledge: 'O que "{title}" diz que importa para este cliente?',
    agreed: 'O que já prometemos a este cliente?',
  },
  actions: {
    taskWithdrawn: 'Retirada: esta tarefa foi criada por engano.',
    emailNote: 'E-mail para {to}\n{subject}\n\n{text}',
    draftNote: 'Rascunho para o cliente, ainda não enviado:\n\n{text}',
    botApology: 'Desculpe, não consegui responder agora. Em breve alguém lhe escreverá.',
  },
  command: {
    prepared: 'Isto está pronto para você aprovar.',
    preparedSeveral: 'Tudo isto está pronto para você aprovar.',
    noteEmpty:
      'Escreva a nota depois do comando, por exemplo: `/nota O cliente prefere ligações depois das cinco`.',
    remembered: 'Lembrado: estará à mão na próxima vez que alguém perguntar sobre este lead.',
    rememberEmpty:
      'Escreva o que deve ser lembrado depois do comando, por exemplo: `/lembrar Decide junto com o irmão`.',
    taskEmpty: 'Diga o que deve ser feito e quando, por exemplo: `/tarefa amanhã 10:00 ligar`.',
    stageEmpty: 'Escreva o nome da etapa depois do comando. As etapas são: {stages}.',
    stageUnknown: 'Nenhuma etapa se chama “{words}”. As etapas são: {stages}.',
    stageSeveral: '“{words}” corresponde a várias etapas: {stages}. Escreva mais do nome.',
    stageSame: 'O lead já está em “{stage}”.',
    priceUnreadable: 'Escreva o orçamento como número inteiro, por exemplo: `/orçamento 12500`.',
    fieldEmpty:
      'Escreva o campo e o valor, por exemplo: `/campo Data de entrega: 2027-01-31`. Os campos são: {fields}.',
    fieldUnknown: 'Nenhum campo se chama “{words}”. Os campos são: {fields}.',
    several: '“{words}” corresponde a vários: {found}. Escreva mais do nome.',
    contactEmpty: 'Escreva o nome do contato depois do comando, por exemplo: `/contato Dana Smith`.',
    contactUnknown: 'Nenhum contato se chama “{words}”.',
    messageEmpty: 'Escreva a mensagem depois do comando, por exemplo: `/mensagem Seu orçamento está pronto`.',
    emailEmpty:
      'Escreva o endereço, o assunto e, depois de dois-pontos, o texto, por exemplo: `/email dana@client.example Seu orçamento: Doze licenças custam 4800 por ano`.',
    invalid: 'Isto não pode ser preparado: {why}',
    findEmpty: 'Escreva o que procurar depois do comando, por exemplo: `/buscar política de devolução`.',
    help: 'Estes comandos funcionam sem um modelo:\n\n- `/tarefa amanhã 10:00 ligar` prepara uma tarefa\n- `/nota` e um texto prepara uma nota\n- `/etapa` e um nome prepara uma mudança de etapa\n- `/orçamento` e um número prepara outro orçamento\n- `/campo` com um nome e um valor prepara outro valor de um campo\n- `/contato` e um nome prepara vincular um contato ao lead\n- `/mensagem` e um texto prepara uma mensagem ao cliente\n- `/email` com um endereço, um assunto e um texto prepara um e-mail\n- `/buscar` e algumas palavras cita a base de conhecimento\n- `/lembrar` e uma frase a guarda para as próximas conversas',
  },
  install: {
    title: 'O Cardwise está sendo conectado',
    body: 'Sua conta do Kommo está sendo conectada. Você pode fechar esta janela e abrir um lead: o painel fica pronto em um minuto.',
    deniedTitle: 'O Cardwise não foi conectado',
    denied:
      'O acesso foi recusado, portanto nada foi conectado. Você pode recomeçar pela integração no Kommo quando quiser.',
  },
};
