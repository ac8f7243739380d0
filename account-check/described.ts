/** How a call ended, in words: `403 AccessDeniedException: Access denied`. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'success', described);
}

export function described(error: any): string {
  const status = error?.$metadata?.httpStatusCode;
  return `${status ? `${status} ` : ''}${error?.name ?? 'Error'}: ${error?.message ?? error}`;
}
