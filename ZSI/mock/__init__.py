"""The mock server. Its modules by floor: each imports from its own floor and from those below it.

`ZSI.testing` and the pytest plugin are its doors for tests, ``zsi-mock`` and ``twistd zsi-mock``
those of the command line; `docs/street.md` follows one exchange through it. From the bottom:

What is wrong with a definition
    errors          one error: where, what was expected, which names are near
    mistakes        several of them, collected

The contract, and names in it
    cache           WSDLs read and planned once: in the process, on disk
    contract        one WSDL with all that serving it takes
    operations      its operations, and the table that finds them by name
    scope           prefixes, types and global elements, as definitions name them
    lookup          the field of a type that a name means
    subtypes        the types derived from a type
    deep            ``//name``: every place where a field of a name can stand
    paths           field paths: read, bound to a type, followed in a value
    choices         which fields of a choice shut one another out
    values          a value of a schema type from what was written, and back to text
    extremes        the values at the bounds of a simple type

One exchange, as it is kept and shown
    exchange        the frozen record that each stage replaces
    secrets         what is masked
    shown           an exchange, and typed values, as plain data
    journal         the exchanges, in memory

Definitions, as they are written
    yamlfile        YAML whose scalars stay text and whose mappings know their lines
    keys            tables of keys: how each is read, and its JSON Schema
    matchers        operators on values for Python
    delays          how long a reply is held
    stubs           stubs, conditions and replies as frozen values
    definitions     their dict form, that of YAML and HTTP; `unparse` is the way back
    unparse         stubs into their dict form
    settings        how one mocked service behaves
    options         settings from command line, environment and rule files
    rules           rule files
    ruleschema      their JSON Schema
    reference       their reference for people

Conditions
    facts           what conditions ask of a call, each worked out once
    distance        how far a value is from what was expected
    operators       tests of values, compiled
    xmlmatch        XML that is equal as a person would say
    predicates      ``when``, compiled
    matching        which stub answers; near misses

Replies
    world           what one reply is made from: call, time, chance, store
    functions       what templates may call
    arithmetic      their arithmetic and comparisons
    expressions     their expressions, compiled from Jinja2's syntax tree
    templates       text with expressions in it
    nodes           the parts of a reply, each making a value over the sample's
    merge           fields over a sample, compiled to nodes
    httpfields      what may be said of HTTP
    replies         every kind of reply, compiled once, made for each call

The engine: values in, values out
    receive         bytes -> message -> operation -> typed request
    state           turns, scenarios, store and clock
    gates           replies that wait for the test
    trouble         what goes wrong on purpose
    render          what answers -> typed reply -> checked bytes
    engine          the stubs in force, and one exchange from end to end

Questions about what came
    verify          was it called, how often, with what; the report
    metrics         figures for Prometheus
    sqlite_journal  the journal in a file

Faces: the same verbs for everybody
    assembly        which operations answer at which path
    dsl             ``bank.GetBalance.when(…).reply(…)``
    facade          the mock in this process
    client          a mock elsewhere, over HTTP
    reading         what a request to the HTTP interface says
    api             the HTTP interface's verbs, without HTTP
    openapi         their OpenAPI document
    crud            operations that share records
    variations      every kind of legal reply
    asking          requests made from samples and words

On the network: Twisted
    pages           ``?wsdl`` and the page for people
    mixing          service classes beside mocked services
    resource        one path on HTTP
    admin           the HTTP interface on its port
    server          a server in a thread, beside a synchronous test
    typed           what generated mock modules are made of
    composition     settings and rule files -> what is to be served
    checking        all stubs held against their contracts
    reload          files looked at now and then
    telling         lines on exchanges, made together under load
    console         these lines, and what is served
    service         the server as a Twisted service
    serving         ``zsi-mock serve``
    tap             ``twistd zsi-mock``

Commands
    scaffold        a rule file to begin with
    commands        check, sample, init, example, schema
    calling         call
    cli             the command line

Beside them: ``examples``, WSDLs of our own to try it with.
"""
