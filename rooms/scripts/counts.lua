-- `heart/v1 heart/v2 hug/v1` -> `{"heart":2,"hug":1}`
local function counts(given)
  local n, order = {}, {}
  for kind in string.gmatch(given, '(%a+)/%S+') do
    if not n[kind] then order[#order + 1] = kind end
    n[kind] = (n[kind] or 0) + 1
  end
  for i, kind in ipairs(order) do order[i] = '"' .. kind .. '":' .. n[kind] end
  return '{' .. table.concat(order, ',') .. '}'
end
