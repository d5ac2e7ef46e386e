-- wrk: reads of plans, each by a professional of that family, at random.  wrk -s plan.lua URL -- PAIRS_FILE SEED
-- Prints one line: requests, microseconds, p50, p99, worst, answers that were no 200, broken connections.
local strict = os.getenv("KRING_BENCH_STRICT")
local requests, threads = {}, {}

function setup(thread)
    thread:set("bad", 0)
    table.insert(threads, thread)
end

function init(args)
    for line in io.lines(args[1]) do
        local family, token = line:match("^(%S+) (%S+)$")
        requests[#requests + 1] = wrk.format("GET", "/v1/families/" .. family .. "/plan", {Authorization = "Bearer " .. token})
    end
    math.randomseed(tonumber(args[2]))
end

function request() return requests[math.random(#requests)] end

-- Looking at each answer slows the load generator, so that otherwise only wrk's own count of 400 and above is asked.
if strict then
    function response(status) if status ~= 200 then bad = bad + 1 end end
end

function done(summary, latency)
    local wrong = summary.errors.status
    for _, thread in ipairs(threads) do wrong = wrong + thread:get("bad") end
    local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format("measured %d %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), latency.max, wrong, broken))
end
