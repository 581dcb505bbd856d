// SPDX-License-Identifier: GPL-2.0-or-later
// Drives `patchseek --mcp` with the client of npm's @modelcontextprotocol/client, which checks each answer against the
// protocol: node mcp_client.cjs PROGRAM INDEX; NODE_PATH names the folder of modules. Run by mcp.py.
const { Client } = require('@modelcontextprotocol/client');
const { StdioClientTransport } = require('@modelcontextprotocol/client/stdio');

async function drive(mode, program, index) {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport({ command: program, args: ['--mcp', '--db', index] }));
    const { tools } = await client.listTools();
    if (tools.length !== 8 || tools.some((tool) => !tool.annotations.readOnlyHint)) throw new Error('tools');
    const { resources } = await client.listResources();
    const { contents } = await client.readResource({ uri: resources[0].uri });
    if (!contents[0].text.includes('DATES')) throw new Error('resource');
    for (let i = 0; i < 30; ++i) {
        const answer = await client.callTool({ name: 'search', arguments: { query: 'is:patch', limit: 1 + i } });
        if (answer.isError || !answer.content[0].text.includes('shown')) throw new Error('search');
    }
    const wrong = await client.callTool({ name: 'search', arguments: { query: 'fiel:x' } });
    if (!wrong.isError || !wrong.content[0].text.includes("did you mean 'file:'")) throw new Error('mending');
    await client.callTool({ name: 'nothing', arguments: {} }).then(() => { throw new Error('unknown tool'); }, () => {});
    const stop = new AbortController();
    const cancelled = client.callTool({ name: 'search', arguments: { query: 're:/(a|b)*c/' } }, { signal: stop.signal });
    stop.abort();
    await cancelled.then(() => {}, () => {});
    const after = await client.callTool({ name: 'status', arguments: {} });
    if (after.isError) throw new Error('after cancelling');
    await client.close();
}

(async () => {
    for (const mode of ['legacy', 'auto', { pin: '2026-07-28' }]) await drive(mode, process.argv[2], process.argv[3]);
    console.log('client: all as it should be');
})().catch((error) => { console.error(error); process.exit(1); });
