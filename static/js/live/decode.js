// MessagePack as leads/live/frames.py writes it: the types that occur in our messages, no more.
// An unknown type throws; the socket is then reopened, so nothing is shown wrongly.

const text = new TextDecoder();

class Reader {
  constructor(buffer) {
    this.view = new DataView(buffer);
    this.at = 0;
  }

  number(method, size) {
    this.at += size;
    return this.view[method](this.at - size);
  }

  bytes(length) {
    this.at += length;
    return new Uint8Array(this.view.buffer, this.at - length, length);
  }

  list(length) {
    return Array.from({ length }, () => this.value());
  }

  map(length) {
    return Object.fromEntries(Array.from({ length }, () => [this.value(), this.value()]));
  }

  value() {
    const type = this.number("getUint8", 1);
    if (type < 0x80) return type;
    if (type < 0x90) return this.map(type & 15);
    if (type < 0xa0) return this.list(type & 15);
    if (type < 0xc0) return text.decode(this.bytes(type & 31));
    switch (type) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return this.bytes(this.number("getUint8", 1));
      case 0xc5: return this.bytes(this.number("getUint16", 2));
      case 0xcb: return this.number("getFloat64", 8);
      case 0xcc: return this.number("getUint8", 1);
      case 0xcd: return this.number("getUint16", 2);
      case 0xce: return this.number("getUint32", 4);
      case 0xcf: return Number(this.number("getBigUint64", 8));
      case 0xd9: return text.decode(this.bytes(this.number("getUint8", 1)));
      case 0xda: return text.decode(this.bytes(this.number("getUint16", 2)));
      case 0xdc: return this.list(this.number("getUint16", 2));
      default: throw new RangeError(`unknown type 0x${type.toString(16)}`);
    }
  }
}

/** Gaps between ascending ids (LEB128) and unsigned 16-bit levels → [[id, level], …] */
export function leadColumns(ids, levels) {
  const found = [];
  const view = new DataView(levels.buffer, levels.byteOffset, levels.length);
  let id = 0;
  let gap = 0;
  let unit = 1;
  for (const byte of ids) {
    gap += (byte & 127) * unit;
    unit *= 128;
    if (byte > 127) continue;
    id += gap;
    found.push([id, view.getUint16(found.length * 2)]);
    gap = 0;
    unit = 1;
  }
  return found;
}

/** One message: a map with `kind`; lead values come as {kind: "leads", epoch, team, seq, at, leads, trace}. */
export function decode(buffer) {
  const message = new Reader(buffer).value();
  if (!Array.isArray(message)) return message;
  const [v, epoch, team, seq, at, ids, levels, trace] = message;
  return { v, kind: "leads", epoch, team, seq, at, leads: leadColumns(ids, levels), traced: Boolean(trace) };
}
