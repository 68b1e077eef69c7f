-- One request again and again; a line of numbers at the end: requests, microseconds, microseconds
-- at 50, 99 and 99.9 %, errors.
function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.body = file:read("*a")
  file:close()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "text/xml; charset=utf-8"
  wrk.headers["SOAPAction"] = '"' .. args[2] .. '"'
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("figures %d %d %.1f %.1f %.1f %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    e.connect + e.read + e.write + e.status + e.timeout))
end
