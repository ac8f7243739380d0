import { all } from '../support/all';
import { reads } from '../support/reads';
import { Services, SOURCES, type SourceName } from '../support/services';

/* What a parameter or a condition of a template may make of a source's values when it is deployed: refused where it would mean more than was meant. */

let services: Services;
beforeEach(async () => {
  services = await Services.start();
});
afterEach(() => services.stop());

test.each<[SourceName, object, string]>([
  ['managed things', { Filter: {} }, 'Filter is {}: it must have at least one property, as without it every managed thing of the account is meant'],
  ['managed things', { Filter: undefined }, 'Filter is missing: it must be an object'],
  ['managed things', { Filter: { OwnerFilter: '' } }, 'OwnerFilter is "": it must be a string that is not blank'],
  ['managed things', { Filter: { OwnerFilter: ' ', RoleFilter: 'DEVICE' } }, 'OwnerFilter is " ": it must be a string that is not blank'],
  ['managed things', { Filter: { RoleFilter: 'DEVICE', OwnerFilter: ['us'] } }, 'OwnerFilter is ["us"]: it must be a string that is not blank'],
  ['fleet index', { Query: ' ' }, 'Query is " ": it must be a string that is not blank'],
  ['thing group', { ThingGroup: '' }, 'ThingGroup is "", which is not valid: it has 1 to 128 letters, digits, ":", "_" or "-"'],
  ['thing group', { ThingGroup: '..' }, 'ThingGroup is "..", which is not valid'],
  ['table', { Attribute: '' }, 'Attribute is "": it must be a string that is not empty'],
  ['table', { Filter: {} }, 'Attribute is missing: it must be a string that is not empty'],
  ['table', { Partition: { Attribute: '', Type: 'S', Value: 'a' } }, 'Attribute is "": it must be'],
  ['manifest', { Key: '' }, 'Key is "": it must be a string that is not empty'],
  ['manifest', { Format: 'CSV' }, 'Field is missing: it must be a string that is not empty'],
  ['manifest', { Format: 'JSON_LINES', Field: '' }, 'Field is "": it must be a string that is not empty'],
  ['secret', { JsonField: '' }, 'JsonField is "": it must be a string that is not empty'],
  ['managed things', { Filter: { RoleFilter: 'DEVICE', NameFilter: 'lamp' } }, 'Filter has "NameFilter", which this version of the provider does not know'],
])('%s: %j is refused before anything is asked', async (name, parameters, message) => {
  const { source, parameters: whole } = SOURCES[name];
  await expect(all(source({ ...whole, ...parameters }, reads()))).rejects.toThrow(message);
  expect(services.asked).toEqual([]);
});
