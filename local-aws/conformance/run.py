"""Asks each operation of the stand-in with boto3, and prints operation by check. Started by main.ts."""
import importlib
import json
import sys

from checks import CHECKS, Service
from table import print_table

SERVICES = [
    'cloudformation', 'sts', 'ssm', 'secretsmanager', 'logs', 's3', 'dynamodb', 'aws_lambda', 'iot', 'iot_data', 'managed_integrations', 'connect',
    'step_functions',
]


def main(path):
    with open(path) as file:
        facts = json.load(file)
    shared = {}
    services = []
    for name in SERVICES:
        module = importlib.import_module(f'services.{name}')
        for client, scenario in module.SCENARIOS.items():
            service = Service(facts, client, module, shared)
            scenario(service)
            service.check_the_rest()
            services.append(service)
    return print_table(services, CHECKS)


sys.exit(main(sys.argv[1]))
