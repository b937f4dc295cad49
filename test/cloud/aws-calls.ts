import * as z from 'zod';
import { REGION, ROOT_KEY } from './emulator.ts';

/**
 * The few calls of AWS that the suite needs and the product does not, so that there is no SDK
 * client for them here.
 */
export interface AwsCalls {
  functions(): Promise<readonly DeployedFunction[]>;
  /** Waits for the answer. */
  invoke(functionName: string, event: object): Promise<Invocation>;
  /** Of every invocation that has ended. */
  logLines(logGroup: string): Promise<readonly string[]>;
  /** `CREATE_COMPLETE` */
  stackStatus(name: string): Promise<string>;
  deleteBucketPolicy(bucket: string): Promise<void>;
  allow(roleName: string, action: string, resource: string): Promise<void>;
  assumeRole(roleArn: string): Promise<Credentials>;
}

export type DeployedFunction = z.infer<typeof deployedFunction>;

export interface Invocation {
  /** Undefined when the handler returned. */
  readonly error: string | undefined;
  readonly answer: unknown;
  readonly tookMs: number;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Longer than any invocation here takes that waits for nothing. */
const TIMEOUT_MS = 60_000;

const deployedFunction = z.object({
  FunctionName: z.string(),
  Role: z.string(),
  Runtime: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
  LoggingConfig: z.object({ LogGroup: z.string() }),
});
const functionList = z.object({ Functions: z.array(deployedFunction) });
const logEvents = z.object({
  events: z.array(z.object({ message: z.string() })),
  nextToken: z.string().optional(),
});

export function awsCalls(endpoint: string): AwsCalls {
  const call = caller(endpoint);
  return {
    functions: async () =>
      functionList.parse(JSON.parse((await call('lambda', 'GET', '/2015-03-31/functions/')).text))
        .Functions,
    async invoke(functionName, event) {
      const startedAt = performance.now();
      const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
      const { text, headers } = await call('lambda', 'POST', path, { body: JSON.stringify(event) });
      return {
        error: headers.get('x-amz-function-error') ?? undefined,
        answer: text === '' ? undefined : (JSON.parse(text) as unknown),
        tookMs: performance.now() - startedAt,
      };
    },
    async logLines(logGroup) {
      const lines: string[] = [];
      for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
        const page = logEvents.parse(
          await json('logs', 'Logs_20140328.FilterLogEvents', {
            logGroupName: logGroup,
            nextToken,
          }),
        );
        lines.push(...page.events.map(({ message }) => message));
        nextToken = page.nextToken;
      }
      return lines;
    },
    stackStatus: async (name) =>
      elementIn(
        await query('cloudformation', '2010-05-15', { Action: 'DescribeStacks', StackName: name }),
        'StackStatus',
      ),
    deleteBucketPolicy: async (bucket) => void (await call('s3', 'DELETE', `/${bucket}?policy`)),
    async allow(RoleName, action, resource) {
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
      });
      await query('iam', '2010-05-08', {
        Action: 'PutRolePolicy',
        RoleName,
        PolicyName: 'cloud-suite',
        PolicyDocument,
      });
    },
    async assumeRole(RoleArn) {
      const xml = await query('sts', '2011-06-15', {
        Action: 'AssumeRole',
        RoleArn,
        RoleSessionName: 'cloud-suite',
      });
      return {
        accessKeyId: elementIn(xml, 'AccessKeyId'),
        secretAccessKey: elementIn(xml, 'SecretAccessKey'),
        sessionToken: elementIn(xml, 'SessionToken'),
      };
    },
  };

  async function json(service: string, target: string, body: object): Promise<unknown> {
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' };
    return JSON.parse(
      (await call(service, 'POST', '/', { body: JSON.stringify(body), headers })).text,
    );
  }

  async function query(
    service: string,
    version: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string> {
    const body = new URLSearchParams({ ...parameters, Version: version }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await call(service, 'POST', '/', { body, headers })).text;
  }
}

interface Sent {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly text: string;
  readonly headers: Headers;
}

type Call = (service: string, method: string, path: string, sent?: Sent) => Promise<Answered>;

const caller =
  (endpoint: string): Call =>
  async (service, method, path, { body, headers = {} } = {}) => {
    const credential = `${ROOT_KEY.accessKeyId}/20260101/${REGION}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
    const response = await fetch(`${endpoint}${path}`, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { ...headers, authorization },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path} of ${service}: ${response.status} ${text.slice(0, 500)}`);
    return { text, headers: response.headers };
  };

function elementIn(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  if (found === undefined) throw new Error(`no ${name} in ${xml.slice(0, 500)}`);
  return found;
}
