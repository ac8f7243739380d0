"""What the stand-in declares of an operation against AWS's model of it, as botocore has it."""
import re

KINDS = {'long': 'integer', 'timestamp': 'string', 'float': 'integer', 'double': 'integer'}
PROTOCOL_LOCATIONS = {'querystring': 'query', 'header': 'header'}


def problems(operation, declared, model, deviations):
    """One item for each thing compared: None, or what differs."""
    if declared.get('http'):
        method, uri = declared['http'].split(' ')
        ours = f'{method} {uri.replace("/}", "}")}'
        yield None if ('*', 'http') in deviations else differs('http', ours, f'{model.http["method"]} {model.http["requestUri"]}')
    yield from structure(operation, '', declared['members'], model.input_shape, deviations)


def structure(operation, path, members, shape, deviations):
    for name, declared in members.items():
        if shape is None or name not in shape.members:
            yield f'{path}{name} is not in the model'
            continue
        yield from member(operation, f'{path}{name}', declared, shape.members[name], name in shape.required_members, deviations)


def member(operation, path, declared, shape, required, deviations):
    def compare(what, ours, theirs):
        reason = deviations.get((operation, path, what))
        difference = differs(f'{path} {what}', ours, theirs)
        if reason and not difference:
            return f'{path} {what} is no deviation any more'
        return None if reason else difference

    kind = shape.type_name if declared['type'] == 'timestamp' else KINDS.get(shape.type_name, shape.type_name)
    yield compare('type', declared['type'], kind)
    yield compare('required', bool(declared.get('required')), required)
    for rule in ('min', 'max'):
        yield compare(rule, declared.get(rule), shape.metadata.get(rule))
    yield compare('pattern', plain(declared.get('pattern')), plain(shape.metadata.get('pattern')))
    yield compare('enum', sorted(declared.get('enum') or []), sorted(shape.metadata.get('enum') or []))
    location = shape.serialization.get('location')
    if location in PROTOCOL_LOCATIONS or declared.get('in'):
        yield compare('in', declared.get('in'), PROTOCOL_LOCATIONS.get(location))
        yield compare('wire', (declared.get('wire') or path).lower(), shape.serialization.get('name', path).lower())
    if declared['type'] != kind:
        return
    if kind == 'structure':
        yield from structure(operation, f'{path}.', declared['members'], shape, deviations)
    if kind == 'list':
        yield from member(operation, f'{path}[]', declared['of'], shape.member, False, deviations)
    if kind == 'map':
        yield from member(operation, f'{path}{{key}}', declared['key'], shape.key, False, deviations)
        yield from member(operation, f'{path}{{value}}', declared['of'], shape.value, False, deviations)


def plain(pattern):
    """Without escapes that need not be there."""
    return pattern and re.sub(r'\\([^A-Za-z0-9])', r'\1', pattern)


def differs(what, ours, theirs):
    return None if ours == theirs else f'{what} is {ours!r}, in the model {theirs!r}'
