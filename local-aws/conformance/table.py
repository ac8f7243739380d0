"""What was checked, operation by check."""


def print_table(services, checks):
    passed = failed = 0
    width = max(len(f'{service.name} {operation}') for service in services for operation in service.operations)
    print(' '.join(['operation'.ljust(width), *(check.rjust(9) for check in checks)]))
    for service in services:
        for operation in service.operations:
            cells = []
            for check in checks:
                outcomes = service.outcomes.get((operation, check), [])
                bad = sum(1 for outcome in outcomes if outcome)
                passed, failed = passed + len(outcomes) - bad, failed + bad
                cells.append('-' if not outcomes else f'{bad} FAILED' if bad else str(len(outcomes)))
            print(' '.join([f'{service.name} {operation}'.ljust(width), *(cell.rjust(9) for cell in cells)]))
    print_missing(services)
    for service in services:
        for (operation, check), outcomes in service.outcomes.items():
            for outcome in filter(None, outcomes):
                print(f'FAILED {service.name} {operation}, {check}: {outcome}')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


def print_missing(services):
    """Documented errors that no step brings about; throttling and faults of AWS's are left to other tests."""
    for service in services:
        for operation in service.operations:
            missing = service.unprovoked(operation)
            if missing:
                print(f'not provoked: {service.name} {operation}: {", ".join(missing)}')
