"""The checks of a service: the steps of its scenario, and those that follow from AWS's model and from what the stand-in declares."""
import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import model
import values

# good: a request is answered with what the client expects. errors: each documented error that can be brought about.
# model: what is declared is what AWS's model says. unknown: any other member of AWS's is 501, and so is a value that is not carried out. bad: a value that is not allowed is refused.
# denied: as the service denies. region: no signature for another region is taken.
CHECKS = ['good', 'errors', 'model', 'unknown', 'bad', 'denied', 'region']

# Brought about by load, by faults of AWS's or by who is not known.
NOT_OURS = {
    'ThrottlingException', 'InternalFailureException', 'InternalServerException', 'InternalServerError', 'InternalServiceError',
    'InternalServiceException', 'ServiceUnavailableException', 'UnauthorizedException', 'LimitExceededException', 'LimitExceeded',
    'AccessDeniedException', 'ForbiddenException',
}
WRONG_REGION = {
    'query': (403, 'SignatureDoesNotMatch'), 'rest-xml': (400, 'AuthorizationHeaderMalformed'),
    'json': (400, 'InvalidSignatureException'), 'rest-json': (403, 'InvalidSignatureException'),
}


class Service:
    def __init__(self, facts, client, module, shared):
        self.facts, self.name, self.shared = facts, client, shared
        self.client = self._client({})
        self.model = self.client.meta.service_model
        signing = self.model.metadata.get('signingName') or self.model.endpoint_prefix
        self.declared = next(each for each in facts['services'] if each['signingName'] == signing)
        self.deviations = getattr(module, 'DEVIATIONS', {})
        self.operations = list(self.declared.get('operations') or module.OPERATIONS)
        self.outcomes = {}
        self.base = {}
        self.provoked = {}

    def _client(self, credentials, region=None):
        keys = {'aws_access_key_id': 'AKIAOPERATOR', 'aws_secret_access_key': 'local', **credentials}
        config = Config(parameter_validation=False, retries={'total_max_attempts': 1}, s3={'addressing_style': 'path'}, inject_host_prefix=False)
        return boto3.client(self.name, endpoint_url=self.facts['endpoint'], region_name=region or self.facts['region'], config=config, **keys)

    def record(self, operation, check, problem=None):
        self.outcomes.setdefault((operation, check), []).append(problem)

    def good(self, operation, params, *members):
        """Answered with these members; later checks start from the first of these requests."""
        self.base.setdefault(operation, params)
        try:
            output = self._call(self.client, operation, params)
        except ClientError as error:
            self.record(operation, 'good', str(error))
            return {}
        absent = [member for member in members if member not in output]
        self.record(operation, 'good', f'{absent} missing in {output}' if absent else None)
        return output

    def fails(self, operation, params, status, code):
        self.base.setdefault(operation, params)
        self.provoked.setdefault(operation, set()).add(code)
        self.record(operation, 'errors', self._problem(self.client, operation, params, status, code))

    def wait(self, waiter, **params):
        self.client.get_waiter(waiter).wait(**params, WaiterConfig={'Delay': 0.2, 'MaxAttempts': 100})

    def unprovoked(self, operation):
        shapes = self.model.operation_model(operation).error_shapes
        codes = {shape.metadata.get('error', {}).get('code', shape.name) for shape in shapes}
        return sorted(codes - NOT_OURS - self.provoked.get(operation, set()) - {self.declared.get('invalid')})

    def check_the_rest(self):
        for operation in self.operations:
            declared = (self.declared.get('operations') or {}).get(operation)
            if declared:
                for problem in model.problems(operation, declared, self.model.operation_model(operation), self.deviations):
                    self.record(operation, 'model', problem)
            self._unknown(operation, declared)
            self._bad(operation, declared)
            if not declared or declared['authorized']:
                self._denied(operation)
            if self.model.operation_model(operation).auth_type != 'none':
                status, code = WRONG_REGION[self.declared['protocol']]
                self.record(operation, 'region', self._problem(self._client({}, 'us-east-1'), operation, self.base[operation], status, code))

    def _unknown(self, operation, declared):
        shape = self.model.operation_model(operation).input_shape
        for name, member in shape.members.items() if declared and shape else []:
            if name not in declared['members'] and name not in values.FRAMING:
                self._not_implemented(operation, name, values.sample(member))
            for value in values.not_carried_out(declared['members'].get(name, {}), member):
                self._not_implemented(operation, name, value)
        with values.injected(self.client, 'Unheard'):
            self.record(operation, 'unknown', self._problem(self.client, operation, self.base[operation], 501, 'NotImplemented'))

    def _not_implemented(self, operation, name, value):
        try:
            problem = self._problem(self.client, operation, {**self.base[operation], name: value}, 501, 'NotImplemented')
        except BotoCoreError:
            # The client itself does not take it.
            return
        self.record(operation, 'unknown', problem and f'{name} {value}: {problem}')

    def _bad(self, operation, declared):
        for name, value in values.not_allowed((declared or {}).get('members', {}), (declared or {}).get('http') or ''):
            try:
                problem = self._problem(self.client, operation, {**self.base[operation], name: value}, 400, self.declared['invalid'])
            except BotoCoreError:
                # The client itself does not take it.
                continue
            self.record(operation, 'bad', problem and f'{name} {str(value)[:40]}: {problem}')

    def _denied(self, operation):
        key = self.facts['powerless']
        client = self._client({
            'aws_access_key_id': key['AccessKeyId'], 'aws_secret_access_key': key['SecretAccessKey'], 'aws_session_token': key['SessionToken'],
        })
        denial = self.declared['denial']
        self.record(operation, 'denied', self._problem(client, operation, self.base[operation], denial['status'], denial['code']))

    def _problem(self, client, operation, params, status, code):
        try:
            self._call(client, operation, params)
        except ClientError as error:
            found = (error.response['ResponseMetadata']['HTTPStatusCode'], error.response['Error']['Code'])
            # Of a HEAD, there is only the status.
            expected = (status, str(status)) if operation.startswith('Head') else (status, code)
            return None if found == expected else f'expected {expected}, was {found}: {error}'
        return f'expected {code}, was a success'

    def _call(self, client, operation, params):
        # A copy, as botocore adds to it.
        return client._make_api_call(operation, dict(params))
