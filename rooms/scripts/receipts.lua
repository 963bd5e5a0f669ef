-- First answers by (visitor, key): `time digest answer` under each key, and under the empty key, which no client
-- can use, how many there are and when they were last looked through.
local function first_answer(kept, digest, keep_ms)
  if not kept then return nil end
  local at, words, answer = string.match(kept, '^(%d+) (%S+) (.*)$')
  if tonumber(at) <= NOW - keep_ms then return nil end
  if words ~= digest then return { 'other' } end
  return { 'again', answer }
end

-- Those past their time go, and where there are `most`, the older half: a visitor who writes and writes is looked
-- through once a minute and not at every message. Answers how many stay.
local function look_through(receipts, most, keep_ms)
  local all, times, gone = redis.call('HGETALL', receipts), {}, {}
  for i = 1, #all, 2 do
    all[i + 1] = all[i] ~= '' and tonumber(string.match(all[i + 1], '^%d+'))
    if all[i + 1] then times[#times + 1] = all[i + 1] end
  end
  local before = NOW - keep_ms
  if #times >= most then
    table.sort(times)
    before = math.max(before, times[#times - math.floor(most / 2)])
  end
  for i = 1, #all, 2 do
    if all[i + 1] and all[i + 1] <= before then gone[#gone + 1] = all[i] end
  end
  if #gone > 0 then redis.call('HDEL', receipts, unpack(gone)) end
  return #times - #gone
end

local function keep_receipt(receipts, told, key, receipt, most, keep_ms)
  local many, looked = string.match(told or '0 0', '^(%d+) (%d+)$')
  many, looked = tonumber(many), tonumber(looked)
  if many >= most or looked <= NOW - 60000 then
    many, looked = look_through(receipts, most, keep_ms), NOW
  end
  redis.call('HSET', receipts, key, receipt, '', string.format('%d %.0f', many + 1, looked))
  redis.call('PEXPIRE', receipts, keep_ms)
end

-- Of words that were taken back an author's receipts keep no copy. `ids` is a set; all of them where it is nil.
-- Read once for all of them: there are up to 256 receipts.
local function blank(receipts, ids)
  local kept = redis.call('HGETALL', receipts)
  for i = 1, #kept, 2 do
    -- Before the text, which comes last, no field holds anything that a person wrote.
    local cut = string.find(kept[i + 1], ',"text":"', 1, true)
    local id = cut and string.match(string.sub(kept[i + 1], 1, cut), '"id":"([%w_-]+)"')
    if id and (not ids or ids[id]) then
      redis.call('HSET', receipts, kept[i], string.sub(kept[i + 1], 1, cut) .. '"text":""}')
    end
  end
end
