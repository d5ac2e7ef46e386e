// Two parsers must never read one text differently. Thousands of texts, whole and mutilated, go through the strict
// gate and cJSON (the program `agree`) and through JSON.parse: what passes the gate must mean the same to both, and
// what JSON.parse takes but the gate refuses must be refused for one of the strictnesses that validate.h promises,
// never for its grammar.
'use strict';
const { spawnSync } = require('child_process');

const STRICTER = new Set(['only integers are used here', 'the integer is too large', 'a surrogate stands alone',
  'U+0000 is not allowed in a string', 'a member name stands twice in one object', 'nested too deep',
  'too many values']);

let state = 20260120;
const random = (n) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return (state >>> 8) % n; };
const pick = (list) => list[random(list.length)];

const strings = ['""', '"a"', '"\\u0061"', '"\\u00e9"', '"é"', '"\\ud834\\udd1e"', '"𝄞"', '"\\ud834"', '"\\u0000"',
                 '"\\/\\b\\f\\n\\r\\t\\"\\\\"',
  '"<&>"', '"\u2028"', '"__proto__"', '"constructor"', '"1"', '"\\x"', '"\n"', "'a'"];
const numbers = ['0', '-0', '1', '-1', '9007199254740991', '-9007199254740991', '9007199254740992', '1.5', '1e2',
                 '01', '-', '+1', '1.', '.5'];
const names = ['"a"', '"b"', '"\\u0061"', '""', '"__proto__"', '"é"', '"\\u00e9"', '"1"', 'a'];
const blanks = ['', '', '', ' ', '\n', '\t', '\r', '\f', '\u00a0'];

function text(depth) {
  const what = random(depth > 4 ? 6 : 10), blank = pick(blanks);
  if (what < 2) return blank + pick(strings);
  if (what < 4) return blank + pick(numbers);
  if (what < 6) return blank + pick(['true', 'false', 'null', 'True', 'nul', '']);
  const name = () => (what < 8 ? '' : pick(names) + pick(blanks) + ':');
  const items = Array.from({ length: random(4) }, () => name() + text(depth + 1));
  return (what < 8 ? '[' : '{') + blank + items.join(',') + pick(['', '', '', '', ',']) + (what < 8 ? ']' : '}');
}

// Without the crooked pieces, so that many whole texts are among them.
function sound(depth) {
  const what = random(depth > 4 ? 3 : 5);
  if (what === 0) return pick(strings.slice(0, 7));
  if (what === 1) return pick(numbers.slice(0, 6));
  if (what === 2) return pick(['true', 'false', 'null']);
  const name = (i) => (what === 3 ? '' : `"k${i}"${pick(['', ' '])}:`);
  const items = Array.from({ length: random(5) }, (_, i) => name(i) + sound(depth + 1));
  return what === 3 ? `[${items.join(', ')}]` : `{${items.join(',')}}`;
}

const teeth = [...Buffer.from('{}[]",:\\u019 -.eé')];
function mutilated(bytes) {
  const copy = Buffer.from(bytes);
  const bite = () => (random(4) ? pick(teeth) : random(256));
  for (let i = random(3); i >= 0 && copy.length; i--) copy[random(copy.length)] = bite();
  return random(4) ? copy : copy.subarray(0, random(copy.length + 1));
}

const samples = [];
for (let i = 0; i < 8000; i++) samples.push(Buffer.from(text(0)), Buffer.from(sound(0)));
for (let i = 0; i < 8000; i++) samples.push(mutilated(Buffer.from(sound(0))));
for (let depth = 30; depth < 36; depth++) samples.push(Buffer.from('['.repeat(depth) + ']'.repeat(depth)));

function frame(sample) {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(sample.length);
  return Buffer.concat([head, sample]);
}

const run = spawnSync(process.argv[2], { input: Buffer.concat(samples.map(frame)), maxBuffer: 1 << 28 });
const lines = run.stdout.toString('utf8').split('\n');
let both = 0, stricter = 0, neither = 0;
const faults = [];

samples.forEach((sample, i) => {
  const ours = lines[i] || '?';
  let theirs;
  try {
    theirs = JSON.stringify(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(sample)));
  } catch { theirs = undefined; }
  const report = () => faults.push(`${sample.toString('latin1')}\n  ours ${ours}\n  node ${theirs}`);
  if (ours[0] === '+') {
    if (theirs === undefined || JSON.stringify(JSON.parse(ours.slice(1))) !== theirs) report();
    both++;
  } else if (theirs !== undefined) {
    if (!STRICTER.has(ours.slice(1))) report();
    stricter++;
  } else neither++;
});
const counts = `${both} read alike, ${stricter} refused as too lax, ${neither} refused by both`;
console.log(`${samples.length} texts: ${counts}, ${faults.length} faults`);
faults.slice(0, 10).forEach((fault) => console.log(fault));
if (run.status !== 0) console.log(`agree ended with ${run.status ?? run.signal}: ${run.stderr}`);
process.exit(faults.length || run.status !== 0 || both < 4000 || stricter < 300 || neither < 4000 ? 1 : 0);
