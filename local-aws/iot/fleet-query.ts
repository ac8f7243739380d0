import { AwsError, NotImplemented } from '../service';

/** The indexed fields of a thing, each with its values as text. */
export type Fields = Readonly<Record<string, readonly string[]>>;
export type Matcher = (fields: Fields) => boolean;

interface Value {
  readonly text: string;
  readonly quoted: boolean;
  /** Where it has wildcards. */
  readonly pattern?: RegExp;
}

const MAX_LENGTH = 1000;
const MAX_LENGTH_WITH_LEADING_WILDCARD = 100;
const MAX_TERMS = 12;
const FIELD = /^(thingName|thingId|thingTypeName|thingGroupNames|attributes\..+|connectivity\.(connected|timestamp|disconnectReason))$/;
// What a JSON number looks like: managing-index.html#index-limitations, "Numeric values".
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The language of SearchIndex: https://docs.aws.amazon.com/iot/latest/developerguide/query-syntax.html */
export function parseQuery(query: string): Matcher {
  return new Parser(query).parse();
}

class Parser {
  private at = 0;
  private terms = 0;
  private leadingWildcards = 0;

  constructor(private readonly query: string) {}

  parse(): Matcher {
    if (this.query.length > MAX_LENGTH) throw invalid(`it is longer than ${MAX_LENGTH} characters`);
    const matcher = this.group();
    if (!this.ended()) throw this.unexpected();
    if (this.terms > MAX_TERMS) throw invalid(`it has more than ${MAX_TERMS} terms`);
    if (this.leadingWildcards > 1) throw invalid('it has a leading wildcard in more than one term');
    if (this.leadingWildcards > 0 && this.query.length > MAX_LENGTH_WITH_LEADING_WILDCARD) {
      throw invalid(`it has a leading wildcard and is longer than ${MAX_LENGTH_WITH_LEADING_WILDCARD} characters`);
    }
    return matcher;
  }

  /** Up to the end or a closing parenthesis. `field`: that of `field:( )`. */
  private group(field?: string): Matcher {
    const operands = [this.operand(field)];
    const operators = new Set<string>();
    while (!this.ended() && this.query[this.at] !== ')') {
      operators.add(this.take(/(AND|OR)(?=[\s(-])/) ?? 'AND');
      operands.push(this.operand(field));
    }
    // AWS does not say which binds tighter, and a guess would pick the wrong devices.
    if (operators.size > 1) throw new NotImplemented('queries that mix AND and OR without parentheses');
    return operators.has('OR') ? (fields) => operands.some((of) => of(fields)) : (fields) => operands.every((of) => of(fields));
  }

  private operand(field?: string): Matcher {
    if (this.take(/NOT(?=[\s(])|-/)) {
      const negated = this.operand(field);
      return (fields) => !negated(fields);
    }
    if (this.take(/\(/)) return this.closed(this.group(field));
    const name = field ?? this.take(/[A-Za-z0-9_.-]+(?=\s*[:<>])/);
    if (name !== undefined && !FIELD.test(name)) throw new NotImplemented(`the fleet index's field ${name}`);
    if (field !== undefined || name === undefined) return this.term(name, this.condition());
    const operator = this.take(/:|[<>]=?/)!;
    if (operator !== ':') return this.term(name, this.comparison(operator, this.value()));
    return this.take(/\(/) ? this.closed(this.group(name)) : this.term(name, this.condition(name));
  }

  private closed(matcher: Matcher): Matcher {
    if (!this.take(/\)/)) throw this.unexpected();
    return matcher;
  }

  private term(field: string | undefined, matches: (value: string) => boolean): Matcher {
    this.terms += 1;
    if (field !== undefined) return (fields) => fields[field]?.some(matches) ?? false;
    // "all the registry, Device Shadow, and Device Defender fields": not the connectivity.
    return (fields) => Object.entries(fields).some(([name, values]) => !name.startsWith('connectivity.') && values.some(matches));
  }

  /** A value, with wildcards or without, or a range. */
  private condition(field?: string): (value: string) => boolean {
    const open = field && this.take(/[[{]/);
    if (open) return this.range(open);
    const value = this.value();
    if (value.pattern) {
      // A lone * asks if there is a value; the documented examples have two in one query.
      if (/^[*?]/.test(value.text) && value.text !== '*') this.leadingWildcards += 1;
      const { pattern } = value;
      return (candidate) => pattern.test(candidate);
    }
    return this.comparison('=', value);
  }

  private range(open: string): (value: string) => boolean {
    const from = this.value();
    if (!this.take(/TO(?=\s)/)) throw this.unexpected();
    const to = this.value();
    const close = this.take(/[\]}]/);
    if (!close) throw this.unexpected();
    const [above, below] = [this.comparison(open === '[' ? '>=' : '>', from), this.comparison(close === ']' ? '<=' : '<', to)];
    return (value) => above(value) && below(value);
  }

  /** By number if the bound is one, by letters if not. */
  private comparison(operator: string, bound: Value): (value: string) => boolean {
    if (bound.pattern) throw new NotImplemented('wildcards in ranges and comparisons of the fleet index');
    const numeric = !bound.quoted && NUMBER.test(bound.text);
    return (value) => {
      if (numeric && !NUMBER.test(value)) return false;
      const [left, right] = numeric ? [Number(value), Number(bound.text)] : [value.toLowerCase(), bound.text.toLowerCase()];
      switch (operator) {
        case '>':
          return left > right;
        case '>=':
          return left >= right;
        case '<':
          return left < right;
        case '<=':
          return left <= right;
        default:
          return left === right;
      }
    };
  }

  private value(): Value {
    const raw = this.take(/"(\\.|[^"\\])*"|(\\.|[^\s()[\]{}:"<>\\])+/);
    if (raw === undefined || /^(AND|OR|NOT|TO)$/.test(raw)) throw this.unexpected();
    const quoted = raw.startsWith('"');
    const parts = (quoted ? raw.slice(1, -1) : raw).match(/\\.|[^\\]/gs) ?? [];
    const unsupported = parts.find((part) => /^\\?[`@#%\\/';,]$/.test(part) || (!quoted && /^[\^~]$/.test(part)));
    if (unsupported) throw invalid(`the special character ${unsupported} is not supported`);
    // Lucene's own; AWS lists only AND, OR, NOT and the hyphen.
    if (!quoted && /^[+!]|&&|\|\|/.test(raw)) throw new NotImplemented(`the operator in ${raw}`);
    const text = parts.map((part) => part.at(-1)).join('');
    if (quoted || !parts.some(isWildcard)) return { text, quoted };
    const source = parts.map((part) => (isWildcard(part) ? WILDCARDS[part] : part.at(-1)!.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))).join('');
    return { text, quoted, pattern: new RegExp(`^${source}$`, 'is') };
  }

  private take(token: RegExp): string | undefined {
    if (this.ended()) return undefined;
    const sticky = new RegExp(token.source, 'ys');
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.query)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** Steps over white space. */
  private ended(): boolean {
    while (/\s/.test(this.query[this.at] ?? '')) this.at += 1;
    return this.at >= this.query.length;
  }

  private unexpected(): AwsError {
    return invalid(this.ended() ? 'it ends too early' : `${this.query[this.at]} at position ${this.at} is not expected`);
  }
}

const WILDCARDS: Record<string, string> = { '*': '.*', '?': '.' };

function isWildcard(part: string): boolean {
  return part in WILDCARDS;
}

function invalid(why: string): AwsError {
  return new AwsError('InvalidQueryException', `The query is not valid: ${why}`);
}
