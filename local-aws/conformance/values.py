"""Values of members: some of the right form, and some that are not allowed."""
import json
import re
from contextlib import contextmanager

# What HTTP itself makes of the body.
FRAMING = ['ContentLength']
CANDIDATES = ['$', ' ', '*', '::', '\u0007', '%']


def sample(shape):
    """One that says something, and nothing more."""
    kind = shape.type_name
    if kind == 'structure':
        return {name: sample(member) for name, member in list(shape.members.items())[:1]}
    if kind == 'list':
        return [sample(shape.member)]
    if kind == 'map':
        return {sample(shape.key): sample(shape.value)}
    if kind in ('integer', 'long'):
        return shape.metadata.get('min', 1)
    if kind == 'boolean':
        return True
    if kind == 'blob':
        return b'x'
    if kind == 'timestamp':
        return '2026-01-01T00:00:00Z'
    return shape.enum[0] if shape.enum else 'a' * max(shape.metadata.get('min', 1), 1)


def not_carried_out(declared, shape):
    """Allowed by AWS, but not among those that the stand-in knows."""
    known = declared.get('known')
    if known is None:
        return []
    if declared['type'] == 'list':
        return [sample(shape)]
    others = declared.get('enum') or ([True, False] if declared['type'] == 'boolean' else [sample(shape)])
    return [value for value in others if value not in known]


def not_allowed(members, http):
    """Of each member, one value for each of its constraints."""
    for name, shape in members.items():
        kind, low, high, wire = shape['type'], shape.get('min'), shape.get('max'), shape.get('in')
        if shape.get('enum'):
            yield name, 'FOO'
        if kind == 'integer' and high is not None:
            yield name, high + 1
        if kind == 'integer' and low is not None:
            yield name, low - 1
        if kind == 'string' and high is not None and high <= 4096:
            yield name, 'x' * (high + 1)
        # In a path, it would be another path.
        if kind == 'string' and low and not wire and f'{{{name}' not in http:
            yield name, ''
        if kind == 'string' and shape.get('pattern') and wire != 'header':
            yield from ((name, value) for value in CANDIDATES if not matches(shape['pattern'], value * (low or 1)))


def matches(pattern, value):
    try:
        return re.fullmatch(pattern, value)
    except re.error:
        return True


@contextmanager
def injected(client, name):
    """Each request has one member more, that AWS does not have either."""
    def add(params, model, **_):
        protocol = model.service_model.metadata['protocol']
        if protocol == 'query':
            params['body'][name] = 'x'
        elif protocol == 'json':
            params['body'] = json.dumps({**json.loads(params['body']), name: 'x'}).encode()
        else:
            params['url'] += f'{"&" if "?" in params["url"] else "?"}{name}=x'
    client.meta.events.register('before-call', add)
    try:
        yield
    finally:
        client.meta.events.unregister('before-call', add)
