import { error, FleetIndexRig } from './iot-rig';

// S1 = https://docs.aws.amazon.com/iot/latest/developerguide/query-syntax.html
// E1 = https://docs.aws.amazon.com/iot/latest/developerguide/example-queries.html

const rig = new FleetIndexRig();
afterEach(() => rig.stop());

describe('queries (S1, E1)', () => {
  beforeEach(async () => {
    await rig.start();
    rig.switchOn('OFF');
    rig.iot.createThingGroup('Oslo');
    rig.iot.createThing('kiosk-1', { model: 'legacy', price: '75', serialNumber: 'abcd' }, 'kiosk');
    rig.iot.createThing('kiosk-2', { model: 'v2', price: '80', serialNumber: 'abcf' }, 'kiosk');
    rig.iot.createThing('door-1', { model: 'v3', price: '100', serialNumber: 'abcg' }, 'door');
    rig.iot.createThing('my:door', { price: '0x4d' });
    rig.iot.addThingToThingGroup('Oslo', 'kiosk-1');
    rig.iot.addThingToThingGroup('Oslo', 'door-1');
  });

  it.each<[string, string, string[]]>([
    ['a field', 'thingName:kiosk-1', ['kiosk-1']],
    ['no regard to case', 'thingName:KIOSK-1', ['kiosk-1']],
    ['the whole value', 'thingName:kiosk', []],
    ['a prefix', 'thingName:kiosk*', ['kiosk-1', 'kiosk-2']],
    ['a leading wildcard', 'thingName:*-1', ['door-1', 'kiosk-1']],
    ['a substring', 'thingName:*oor*', ['door-1', 'my:door']],
    ['one character', 'thingName:kiosk-?', ['kiosk-1', 'kiosk-2']],
    ['exactly one', 'thingName:(kiosk? OR kiosk-1?)', []],
    ['a wildcard within', 'attributes.model:l*y', ['kiosk-1']],
    ['the thing type', 'thingTypeName:door', ['door-1']],
    ['a group', 'thingGroupNames:oslo', ['door-1', 'kiosk-1']],
    ['groups', 'thingGroupNames:o*', ['door-1', 'kiosk-1']],
    ['any field', 'legacy', ['kiosk-1']],
    ['any field by wildcard', 'OS*', ['door-1', 'kiosk-1']],
    ['everything', '*', ['door-1', 'kiosk-1', 'kiosk-2', 'my:door']],
    ['things that have a field', 'attributes.model:*', ['door-1', 'kiosk-1', 'kiosk-2']],
    ['things that have several', 'attributes.model:* NOT attributes.none:*', ['door-1', 'kiosk-1', 'kiosk-2']],
    ['a quoted string', 'thingName:"my:door"', ['my:door']],
    ['no wildcard in quotes', 'thingName:"kiosk*"', []],
    ['an escaped character', 'thingName:my\\:door', ['my:door']],
    ['an escaped wildcard', 'thingName:kiosk\\*', []],
    ['a number, if it is one in JSON', 'attributes.price:(75.0 OR 77)', ['kiosk-1']],
    ['a closed range', 'attributes.price:[75 TO 80]', ['kiosk-1', 'kiosk-2']],
    ['a range open below', 'attributes.price:{75 TO 80]', ['kiosk-2']],
    ['a range open above', 'attributes.price:[75 TO 80}', ['kiosk-1']],
    ['a range by number, not by letters', 'attributes.price:[75 TO 100]', ['door-1', 'kiosk-1', 'kiosk-2']],
    ['a range by letters', 'attributes.serialNumber:["abcd" TO "abcf"]', ['kiosk-1', 'kiosk-2']],
    ['less', 'attributes.price<80', ['kiosk-1']],
    ['less or equal', 'attributes.price <= 80', ['kiosk-1', 'kiosk-2']],
    ['greater', 'attributes.price > 80', ['door-1']],
    ['greater or equal', 'attributes.price>=80', ['door-1', 'kiosk-2']],
    ['white space around the colon', 'attributes.price : [75 TO 80]', ['kiosk-1', 'kiosk-2']],
    ['AND', 'thingTypeName:kiosk AND attributes.price>75', ['kiosk-2']],
    ['AND by default', 'thingTypeName:kiosk thingGroupNames:Oslo', ['kiosk-1']],
    ['OR', 'thingName:kiosk-1 OR thingName:door-1', ['door-1', 'kiosk-1']],
    ['NOT', 'NOT attributes.model:legacy', ['door-1', 'kiosk-2', 'my:door']],
    ['NOT after a term', 'thingTypeName:kiosk NOT attributes.price>75', ['kiosk-1']],
    ['AND NOT', 'thingTypeName:kiosk AND NOT attributes.price>75', ['kiosk-1']],
    ['the hyphen', 'thingName:(kiosk* AND -kiosk-1)', ['kiosk-2']],
    ['parentheses', 'thingGroupNames:Oslo (v2 OR v3)', ['door-1']],
    ['parentheses within parentheses', '(thingName:door* OR (thingName:kiosk* AND NOT (v2 OR v3)))', ['door-1', 'kiosk-1']],
    ['several values of a field', 'attributes.model:(v2 OR v3)', ['door-1', 'kiosk-2']],
    ['twelve terms', `thingName:kiosk-1${' OR thingName:door-1'.repeat(11)}`, ['door-1', 'kiosk-1']],
    ['a thousand characters', `thingName:kiosk-1 OR thingName:${'x'.repeat(969)}`, ['kiosk-1']],
    ['a leading wildcard in a hundred characters', `thingName:*k-1 OR thingName:${'x'.repeat(72)}`, ['kiosk-1']],
  ])('%s: %s', async (_what, query, expected) => {
    expect(await rig.names(query)).toEqual(expected);
  });

  it('field names are case sensitive', async () => {
    expect(await rig.names('attributes.MODEL:legacy')).toEqual([]);
  });

  it.each([
    ['two leading wildcards', 'thingName:*my AND thingGroupNames:*echo'],
    ['a leading wildcard in more than 100 characters', `thingName:*k-1 OR thingName:${'x'.repeat(73)}`],
    ['thirteen terms', `thingName:kiosk-1${' OR thingName:door-1'.repeat(12)}`],
    ['over a thousand characters', `thingName:kiosk-1 OR thingName:${'x'.repeat(970)}`],
    ['@', 'attributes.mail:a@b'],
    ['#', 'a#'],
    ['`', '`a'],
    ['%', 'a%'],
    ['/ (a regular expression)', 'thingName:/a/'],
    ["'", "'a'"],
    [';', 'a;b'],
    [',', 'a,b'],
    ['an escaped backslash', 'a\\\\b'],
    ['@ in quotes', '"a@b"'],
    ['~ (fuzzy)', 'kiosk~'],
    ['^ (boosting)', 'kiosk^2'],
    ['no term', ' '],
    ['no value', 'thingName:'],
    ['an operator alone', 'AND'],
    ['an operator at the end', 'a AND '],
    ['NOT alone', 'NOT'],
    ['an open parenthesis', '(a'],
    ['a closing parenthesis', 'a)'],
    ['two colons', 'thingName:my:door'],
    ['a range without TO', 'attributes.price:[1 2]'],
    ['a range without an end', 'attributes.price:[1 TO 2'],
    ['a range without a field', '[1 TO 2]'],
    ['an open quote', 'thingName:"a'],
  ])('refuses %s', async (_what, query) => {
    expect(await error(rig.search(query))).toBe('400 InvalidQueryException');
  });

  it.each([
    ['AND and OR mixed, whose precedence is not documented', 'a AND b OR c'],
    ['AND by default and OR mixed', 'a b OR c'],
    ['shadows', 'shadow.reported.x:1'],
    ['fields that nobody documents', 'thingType:kiosk'],
    ["Lucene's operators", '+kiosk'],
    ['&&', 'a && b'],
    ['an open range', 'attributes.price:[1 TO *]'],
  ])('does not pretend to know %s', async (_what, query) => {
    expect(await error(rig.search(query))).toBe('501 NotImplemented');
  });
});
