public import Language

/// The whole bot as one pure function: what is heard, against what is true, at a time.
///
/// It never changes: shared by reference, as every message looks at it.
public final class Decider: Sendable {
    public let grammar: Grammar
    public let zones: Zones
    /// Calendars to copy into a new programme, by country: `KZ`.
    public let calendars: [String: WorkingCalendar]
    let commands: [String: any Command.Type]
    /// The commands that are about a challenge: rights are looked up in it, not just anywhere.
    let concerningChallenge: Set<String>
    /// For reading typed choices back, and nothing else: what is said is rendered by the Courier.
    public let phrasebook: Phrasebook
    let plain: PlainSentences
    let smartWords: SmartWords

    /// Ties the commands' types to their files: a spec without a type or a type without a spec is a misfit.
    public init(
        specs: [CommandSpec], languages: [LanguageTable], zones: Zones,
        calendars: [String: WorkingCalendar]
    ) throws(Misfit) {
        let types = Every.commands
        var commands: [String: any Command.Type] = [:]
        for type in types { commands[type.name] = type }
        for spec in specs where commands[spec.name] == nil {
            throw Misfit("commands/\(spec.name).yaml has no command behind it")
        }
        for type in types where !specs.contains(where: { $0.name == type.name }) {
            throw Misfit("the command “\(type.name)” has no file commands/\(type.name).yaml")
        }
        for spec in specs {
            for who in spec.who where who != "anyone" && Role(rawValue: who) == nil {
                throw Misfit("commands/\(spec.name).yaml: who: unknown role “\(who)”")
            }
            for phase in spec.phase where ChallengeState(rawValue: phase) == nil {
                throw Misfit("commands/\(spec.name).yaml: phase: unknown state “\(phase)”")
            }
        }
        do {
            grammar = try Grammar(
                commands: specs, languages: languages, types: SlotTypes.all(languages))
        } catch {
            throw Misfit("\(error)")
        }
        do {
            phrasebook = try Phrasebook(commands: specs, languages: languages)
        } catch {
            throw Misfit("\(error)")
        }
        self.commands = commands
        concerningChallenge = Set(specs.filter(Self.concernsChallenge).map(\.name))
        self.zones = zones
        self.calendars = calendars
        plain = PlainSentences(languages)
        smartWords = SmartWords(languages)
    }

    /// The same bot by other clocks.
    public func with(zones: Zones) -> Decider { Decider(self, zones: zones) }
    private init(_ other: Decider, zones: Zones) {
        grammar = other.grammar
        self.zones = zones
        calendars = other.calendars
        commands = other.commands
        concerningChallenge = other.concerningChallenge
        phrasebook = other.phrasebook
        plain = other.plain
        smartWords = other.smartWords
    }

    private static func concernsChallenge(_ spec: CommandSpec) -> Bool {
        let types = ["challenge", "goal", "milestone", "blocker", "decision", "action", "risk"]
        return !spec.phase.isEmpty
            || spec.usages.contains { usage in
                (try? Usage(parsing: usage))?.slots.contains { types.contains($0.type) } ?? false
            }
    }

    /// What follows from an input. `random` are sixteen bytes drawn for it.
    public func decide(_ input: Input, _ state: State, at: Instant, random: [UInt8]) -> Outcome {
        switch input {
        case .message(let inbound): return hear(inbound, state, at, random)
        case .alarm: return ring(state, at)
        case .delivered(let id, let message):
            guard state.owed[id] != nil else { return .nothing }
            var event = Delivered()
            event.id = id
            event.message = message
            return commit(state, at, .delivery, [.delivered(event)])
        case .undeliverable(let id, let why, let isLost):
            guard state.owed[id] != nil else { return .nothing }
            var event = Undeliverable()
            event.id = id
            event.why = why
            event.isLost = isLost
            return commit(
                state, at, .delivery, [.undeliverable(event)], isLost ? unreached(id, state) : [])
        case .chat(let news): return chat(news, state, at)
        case .imported(let events): return commit(state, at, .imported, events)
        case .operated(let act): return operate(act, state, at)
        case .zonesChanged(let version, let others):
            let missing = MissingZones(others ?? zones, state)
            guard
                others != nil || version != state.zonesVersion
                    || missing.names != state.zonesMissing
            else { return .nothing }
            var event = ZonesChanged()
            event.version = version
            event.missing = missing.names
            let news = others.map { moved(by: $0, version, state, at) } ?? []
            return commit(
                state, at, .operated, [.zonesChanged(event)], news + missing.notices(state))
        case .channel(let known):
            guard state.channels[known.name] != known else { return .nothing }
            return commit(state, at, .operated, [.channelKnown(known)])
        }
    }

    /// A commit with the next number, its messages numbered within it.
    func commit(
        _ state: State, _ at: Instant, _ cause: Cause, _ events: [Event], _ out: [Outgoing] = [],
        _ change: (inout Commit) -> Void = { _ in }
    ) -> Outcome {
        var commit = Commit()
        commit.n = state.n + 1
        commit.at = max(at, state.at)
        commit.cause = cause
        commit.events = events
        commit.out = Self.numbered(out, commit.n)
        change(&commit)
        return .commit(commit)
    }

    func commit(
        _ facts: Facts, _ at: Instant, _ cause: Cause, _ events: [Event], _ out: [Outgoing],
        _ change: (inout Commit) -> Void
    ) -> Outcome {
        commit(facts.state, at, cause, events, out, change)
    }

    static func numbered(_ out: [Outgoing], _ n: UInt64) -> [Outgoing] {
        var out = out
        for i in out.indices { out[i].id = "\(n).\(i)" }
        return out
    }
}

/// Specs, languages and commands that do not belong together: where, and why.
public struct Misfit: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}
