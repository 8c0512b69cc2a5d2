// The openai SDK of Node as a client of the gateway: plain, streamed, tools, and an error of a stream that breaks off.
import assert from "node:assert/strict";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.argv[2], apiKey: process.argv[3], maxRetries: 0 });
const messages = [{ role: "user", content: "Hello" }];

const answer = await client.chat.completions.create({ model: "ok", messages, user: "node" });
assert.match(answer.choices[0].message.content, /^word0 .* word59$/);
assert.equal(answer.usage.total_tokens, 80);

let text = "";
let counted = 0;
const stream = await client.chat.completions.create({
  model: "ok", messages, stream: true, stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta?.content ?? "";
  counted = chunk.usage?.total_tokens ?? counted;
}
assert.equal(text, answer.choices[0].message.content);
assert.equal(counted, 80);

const calls = await client.chat.completions.create({
  model: "arguments", messages, stream: true,
  tools: [{ type: "function", function: { name: "look", parameters: { type: "object" } } }],
});
let args = "";
for await (const chunk of calls) args += chunk.choices[0]?.delta?.tool_calls?.[0]?.function?.arguments ?? "";
assert.ok(JSON.parse(args).a.startsWith("x"));

await assert.rejects(async () => {
  for await (const _ of await client.chat.completions.create({ model: "cut", messages, stream: true }));
}, OpenAI.APIError);
await assert.rejects(client.chat.completions.create({ model: "nobody", messages }), OpenAI.NotFoundError);
assert.ok((await client.models.list()).data.some((one) => one.id === "ok"));
console.log("node: all as it should be");
