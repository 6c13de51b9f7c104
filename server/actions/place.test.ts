import { expect } from 'chai';
import type { KommoUser } from '../kommo/index.ts';
import { mayChange } from './place.ts';

const rep: KommoUser = {
  userId: 7,
  name: 'Priya',
  locale: null,
  groupId: 1,
  isAdmin: false,
  isActive: true,
  rights: {
    leads: 'A',
    contacts: 'A',
    leadsEdit: 'A',
    stages: [null, { pipelineId: 5, statusId: 142, view: 'A', edit: 'M' }],
  },
};
const lead = { by: 'leads', responsibleUserId: 8, groupId: 1, pipelineId: 5, statusId: 142 } as const;

describe('changing a lead', () => {
  it('is judged by the rights on its stage, which is a pair of pipeline and status', () => {
    expect(mayChange(rep, lead)).to.equal(false);
    expect(mayChange(rep, { ...lead, responsibleUserId: 7 })).to.equal(true);
    expect(mayChange(rep, { ...lead, pipelineId: 6 })).to.equal(true);
    expect(mayChange({ ...rep, isAdmin: true }, lead)).to.equal(true);
  });
});
