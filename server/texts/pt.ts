import type { Texts } from './en.ts';

export const pt: Texts = {
  lead: 'Lead',
  contact: 'Contato {name}',
  note: 'Nota, {at}',
  call: 'Ligação, {at}',
  taskOpen: 'Tarefa aberta, vence em {at}',
  taskOverdue: 'Tarefa atrasada, vencia em {at}',
  taskDone: 'Tarefa concluída, {at}',
  messageIn: 'Mensagem de {name}, {at}',
  messageOut: 'Mensagem ao cliente de {name}, {at}',
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
  },
  install: {
    title: 'O Cardwise está sendo conectado',
    body: 'Sua conta do Kommo está sendo conectada. Você pode fechar esta janela e abrir um lead: o painel fica pronto em um minuto.',
    deniedTitle: 'O Cardwise não foi conectado',
    denied:
      'O acesso foi recusado, portanto nada foi conectado. Você pode recomeçar pela integração no Kommo quando quiser.',
  },
};
