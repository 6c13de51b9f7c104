import type { Texts } from './en.ts';

export const ru: Texts = {
  lead: 'Сделка',
  contact: 'Контакт {name}',
  note: 'Примечание, {at}',
  call: 'Звонок, {at}',
  taskOpen: 'Открытая задача, срок {at}',
  taskOverdue: 'Просроченная задача, срок был {at}',
  taskDone: 'Задача выполнена, {at}',
  messageIn: 'Сообщение от {name}, {at}',
  messageOut: 'Сообщение клиенту от {name}, {at}',
  field: {
    name: 'Название',
    price: 'Бюджет',
    stage: 'Этап',
    responsible: 'Ответственный',
    tags: 'Теги',
    created: 'Создана',
    phone: 'Телефон',
    email: 'Эл. почта',
  },
  suggest: {
    summary: 'Кратко расскажи об этой сделке.',
    nextStep: 'Что мне делать дальше с этой сделкой?',
    clientAsked: 'О чём в последний раз просил клиент {name}?',
    overdue: 'Какая задача здесь просрочена и о чём она?',
    knowledge: 'Что в документе «{title}» важно для этого клиента?',
    agreed: 'Что мы уже пообещали этому клиенту?',
  },
  actions: {
    taskWithdrawn: 'Отозвано: задача создана по ошибке.',
    emailNote: 'Письмо на {to}\n{subject}\n\n{text}',
    draftNote: 'Черновик для клиента, ещё не отправлен:\n\n{text}',
  },
  install: {
    title: 'Cardwise подключается',
    body: 'Ваш аккаунт Kommo подключается. Это окно можно закрыть и открыть сделку: панель будет готова в течение минуты.',
    deniedTitle: 'Cardwise не подключён',
    denied:
      'В доступе отказано, поэтому ничего не подключено. Начать заново можно в любой момент из интеграции в Kommo.',
  },
};
