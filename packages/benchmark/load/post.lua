-- wrk -s post.lua URL -- OCTETS: posts a body of that many octets with every request
function init(args)
  wrk.method = 'POST'
  wrk.headers['Content-Type'] = 'application/octet-stream'
  wrk.body = string.rep('x', tonumber(args[1]))
end
