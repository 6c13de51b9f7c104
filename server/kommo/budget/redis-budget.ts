import { Redis } from 'ioredis';
import { z } from 'zod';
import { type Logger, newId } from '../../kernel/index.ts';
import type { RateBudget, RateLimits } from './budget.ts';

/** `rule.ts` in Lua, so that one round trip decides by the time of Redis. The contract suite holds both to the same. */
const script = `
local now = redis.call('TIME')
now = now[1] * 1000 + now[2] / 1000
local op, lane = ARGV[1], ARGV[2]
local perAccount, perAddress, firstBlockMs = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local accountKey, addressKey, name, ticket = KEYS[1], KEYS[2], ARGV[6], ARGV[7]
local window, burst, recoverMs, paceMax, urgentMs, kept = 1100, 3, 10000, 8, 10000, 2
local held, lost, stalled = 1060, 20000, 150
local waitMax = { rep = 10000, client = 250, sync = 0 }
local probeMs, blockMsMax, blockMemoryMs, dayMs = 5000, 1800000, 3600000, 86400000

local function load(key, fresh)
  local text = redis.call('GET', key)
  return text and cjson.decode(text) or fresh
end
local function save(key, state) redis.call('SET', key, cjson.encode(state), 'PX', dayMs) end
local function paceOf(state)
  return math.max(1, state.pace / 2 ^ math.floor(math.max(0, now - state.pacedAt) / recoverMs))
end
local function freeAt(one)
  if one.answeredAt > 0 then return one.answeredAt + held end
  return now < one.at + lost and math.huge or now
end
local function slower(state)
  if now - state.pacedAt < 1000 then return end
  state.pace = math.min(paceMax, paceOf(state) * 2)
  state.pacedAt = now
end
local account = load(accountKey, { recent = {}, pace = 1, pacedAt = 0, urgentAt = 0 })
local address = load(addressKey, { busyUntil = 0, pace = 1, pacedAt = 0, refusedAccount = '', refusedAt = 0,
  blockedUntil = 0, probing = false, blockMs = 0, blockedAt = 0 })

if op == 'reserve' then
  if address.blockedUntil > now then return { 'blocked', tostring(address.blockedUntil - now), '' } end
  local places, pace, recent = math.max(1, perAccount - 1), paceOf(account), account.recent
  local function given(back) return recent[#recent - back + 1] and recent[#recent - back + 1].at or -math.huge end
  local leaves = lane == 'sync' and now - account.urgentAt < urgentMs
  local own = leaves and math.max(1, places - kept) or places
  local free = {}
  for index, one in ipairs(recent) do free[index] = freeAt(one) end
  table.sort(free, function(a, b) return a > b end)
  local nextFree = free[own] or now
  if nextFree == math.huge then return { 'later', tostring(stalled), '' } end
  local at = math.max(now, nextFree, given(1), given(places) + window * pace)
  local idle = given(math.min(burst, places)) <= at - window * pace
  if not idle or lane == 'sync' or pace > 1 then
    at = math.max(at, given(1) + math.ceil(1050 / perAccount) * pace)
  end
  if lane == 'sync' then
    at = math.max(at, given(1) + window / places * pace)
    if leaves then at = math.max(at, given(own) + window * pace) end
  end
  local step = 1150 / perAddress * paceOf(address)
  local spare = lane == 'rep' and step * math.max(0, math.floor(perAddress / 10) - 1) or 0
  at = math.max(at, address.busyUntil - spare)
  local wait = math.ceil(at - now)
  if wait > waitMax[lane] then
    return { 'later', tostring(lane == 'rep' and 1000 or wait - waitMax[lane]), '' }
  end
  local probe = address.blockedUntil > 0
  recent[#recent + 1] = { ticket = ticket, at = now + wait, answeredAt = 0 }
  local still = {}
  for index, one in ipairs(recent) do
    if index > #recent - places or freeAt(one) > now then still[#still + 1] = one end
  end
  account.recent = still
  if lane ~= 'sync' then account.urgentAt = now end
  address.busyUntil = math.max(now, address.busyUntil) + step
  address.probing = probe
  address.blockedUntil = probe and now + wait + probeMs or 0
  save(accountKey, account)
  save(addressKey, address)
  return { 'slot', tostring(wait), probe and 'probe' or '' }
elseif op == 'answered' then
  for _, one in ipairs(account.recent) do
    if one.ticket == ticket then one.answeredAt = now end
  end
  save(accountKey, account)
elseif op == 'slow' then
  local another = address.refusedAccount ~= '' and address.refusedAccount ~= name and now - address.refusedAt < recoverMs
  slower(account)
  if another then slower(address) end
  address.refusedAccount = name
  address.refusedAt = now
  save(accountKey, account)
  save(addressKey, address)
elseif op == 'block' then
  if not (address.blockedUntil > now and not address.probing) then
    local again = address.blockMs > 0 and now - address.blockedAt < blockMemoryMs
    address.blockMs = again and math.min(blockMsMax, address.blockMs * 2) or firstBlockMs
    address.blockedAt = now
    address.blockedUntil = now + address.blockMs
    address.probing = false
    save(addressKey, address)
  end
elseif op == 'unblock' then
  address.blockedUntil = 0
  address.probing = false
  save(addressKey, address)
end
return { 'done', tostring(math.max(0, address.blockedUntil - now)), '' }
`;

const Answer = z.tuple([z.enum(['slot', 'later', 'blocked', 'done']), z.coerce.number(), z.string()]);

/** For several processes with Redis: one script decides for all of them. */
export function redisBudget(
  redisUrl: string,
  limits: RateLimits,
  log: Logger,
  prefix = 'cardwise',
): RateBudget {
  const redis = new Redis(redisUrl, {
    maxRetriesPerRequest: 1,
    commandTimeout: 2_000,
    scripts: { budget: { lua: script, numberOfKeys: 2 } },
  });
  redis.on('error', err => log.error({ err }, 'the rate budget lost Redis'));
  // In braces: both keys of a script have to lie together in a cluster.
  const keyOf = (name: string) => `${prefix}:{kommo-budget}:${name}`;
  const { perAccount, perAddress, blockMs, address } = limits;

  async function run(op: string, account: string, lane = '', ticket = '') {
    const answer: unknown = await (redis as Redis & Scripts).budget(
      keyOf(`places:${account}`),
      keyOf(`address:${address}`),
      op,
      lane,
      perAccount,
      perAddress,
      blockMs,
      account,
      ticket,
    );
    const [kind, ms, flag] = Answer.parse(answer);
    return { kind, ms, flag };
  }

  return {
    async reserve(account, lane) {
      const ticket = newId();
      const { kind, ms, flag } = await run('reserve', account, lane, ticket);
      if (kind === 'slot') return { kind, waitMs: ms, probe: flag === 'probe', ticket };
      if (kind === 'later') return { kind, waitMs: ms };
      return { kind: 'blocked', forMs: ms };
    },
    async answered(account, ticket) {
      await run('answered', account, '', ticket);
    },
    async slowDown(account) {
      await run('slow', account);
    },
    block: async () => (await run('block', '')).ms,
    async unblock() {
      await run('unblock', '');
    },
    blockedForMs: async () => (await run('status', '')).ms,
    async close() {
      redis.disconnect();
    },
  };
}

interface Scripts {
  budget(...args: (string | number)[]): Promise<unknown>;
}
