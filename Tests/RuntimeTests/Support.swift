import Accelerator
import Language
import Runtime

func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
/// Both clocks, so many milliseconds after a start at which they differ.
func moment(_ milliseconds: Int64) -> Moment {
    Moment(wall: at(1_000_000_000 + milliseconds), steady: at(milliseconds))
}

func said(
    _ text: String, by principal: String = "tg:1", in chat: String? = nil, key: String? = nil,
    channel: String = "tg", cursors: [String: String] = [:]
) -> Inbound {
    var inbound = Inbound()
    inbound.channel = channel
    inbound.principal = principal
    inbound.chat = chat
    inbound.text = text
    inbound.key = key
    inbound.cursors = cursors
    return inbound
}

/// A bot small enough to see through:
/// `set X` records a person X and says so; `tell X` says so to that person; `reach X` links the speaker to
/// person X; `count` answers how many there are; `twice` answers with two messages; all else is nothing. Keys
/// are heard once. Alarms are due at fixed times, and tell `tg:9`.
func smallMind(dues: [Int64] = []) -> Mind {
    @Sendable func numbered(_ outs: [Outgoing], _ n: UInt64) -> [Outgoing] {
        outs.enumerated().map { i, out in
            var out = out
            out.id = "\(n).\(i)"
            return out
        }
    }
    return Mind(
        decide: { input, state, at, _ in
            var commit = Commit()
            commit.n = state.n + 1
            commit.at = max(at, state.at)
            switch input {
            case .message(let inbound):
                if let key = inbound.key, state.seen[key] != nil { return .nothing }
                commit.source = inbound.principal
                commit.key = inbound.key
                let back: Receiver = inbound.chat.map { .chat($0) } ?? .principal(inbound.principal)
                let words = inbound.text.split(separator: " ").map(String.init)
                switch words.first {
                case "set", "tell":
                    var person = Person()
                    person.code = words.last ?? ""
                    commit.events = [.personSet(person)]
                    let to: Receiver = words[0] == "tell" ? .person(person.code) : back
                    commit.out = numbered(
                        [Outgoing(to: to, [Phrase("done", ["x": .code(person.code)])])], commit.n)
                    return .commit(commit)
                case "reach":
                    var person = Person()
                    person.code = words.last ?? ""
                    var link = PrincipalLinked()
                    link.principal = inbound.principal
                    link.person = person.code
                    commit.events = [.personSet(person), .principalLinked(link)]
                    return .commit(commit)
                case "count":
                    return .answer([
                        Outgoing(to: back, [Phrase("count", ["n": .count(state.people.count)])])
                    ])
                case "twice":
                    return .answer([
                        Outgoing(to: back, [Phrase("a")]), Outgoing(to: back, [Phrase("b")]),
                    ])
                default: return .nothing
                }
            case .alarm:
                guard let due = dues.first(where: { state.rung["\($0)"] == nil }),
                    due <= at.milliseconds
                else {
                    return .nothing
                }
                commit.cause = .alarm
                var rang = Rang()
                rang.key = "\(due)"
                commit.events = [.rang(rang)]
                commit.out = numbered(
                    [
                        Outgoing(
                            to: .principal("tg:9"), kind: .reminder,
                            [Phrase("ring", ["x": .code("\(due)")])])
                    ],
                    commit.n)
                return .commit(commit)
            case .delivered(let id, let message):
                guard state.owed[id] != nil else { return .nothing }
                var event = Delivered()
                event.id = id
                event.message = message
                commit.cause = .delivery
                commit.events = [.delivered(event)]
                return .commit(commit)
            case .undeliverable(let id, let why, let isLost):
                guard state.owed[id] != nil else { return .nothing }
                var event = Undeliverable()
                event.id = id
                event.why = why
                event.isLost = isLost
                commit.cause = .delivery
                commit.events = [.undeliverable(event)]
                return .commit(commit)
            case .operated, .zonesChanged, .channel:
                var event = ZonesChanged()
                event.version = "x"
                commit.cause = .operated
                commit.events = [.zonesChanged(event)]
                return .commit(commit)
            case .chat, .imported: return .nothing
            }
        },
        isQuestion: { $0.text == "count" || $0.text == "twice" },
        nextDue: { _, state in
            dues.first { state.rung["\($0)"] == nil }.map { Instant(milliseconds: $0) }
        },
        render: { out, language in
            let words = out.phrases.map { phrase in
                ([phrase.key]
                    + phrase.values.map { field in
                        switch field.value {
                        case .code(let text): text
                        case .count(let n): "\(n)"
                        default: "?"
                        }
                    }).joined(separator: " ")
            }
            return Message(lines: words.map { Message.Line([Message.Span($0)]) })
        })
}

/// What left a Clerk, by kind, after a whole batch with a journal that answers as told.
struct Left {
    var commits: [Commit] = []
    var sayings: [Saying] = []
    var replies: [UInt64: Said] = [:]
    var rang: [Bool] = []
    var died: JournalError?
    var seals = 0
    var snapshots = 0
    var all: [String] = []
}

/// Feeds a Clerk as its driver does.
struct ClerkBench {
    var clerk: Clerk
    var reserve: Result<Void, JournalError> = .success(())
    var append: Result<Void, JournalError> = .success(())
    var time: Int64 = 0

    init(_ mind: Mind = smallMind(), limits: Clerk.Limits = Clerk.Limits(), state: State = State())
    {
        clerk = Clerk(state, mind: mind, limits: limits, now: moment(0))
    }

    mutating func hear(_ input: Input, ticket: UInt64? = nil, wantsWords: Bool = false) -> Left {
        var left = Left()
        let ticket = ticket.map { Ticket($0, wantsWords: wantsWords) }
        collect(
            clerk.step(
                .heard(Heard(input, random: [UInt8](repeating: 7, count: 16), ticket: ticket)),
                now: moment(time)),
            &left)
        return left
    }
    @discardableResult
    mutating func say(_ inbound: Inbound, ticket: UInt64? = nil, wantsWords: Bool = false) -> Left {
        hear(.message(inbound), ticket: ticket, wantsWords: wantsWords)
    }

    /// One batch.
    mutating func work(flush: Bool = true) -> Left {
        var left = Left()
        collect(clerk.step(flush ? .flush : .work, now: moment(time)), &left)
        return left
    }

    private mutating func collect(_ first: [ClerkEffect], _ left: inout Left) {
        var effects = first
        var next = 0
        while next < effects.count {
            switch effects[next] {
            case .reserve:
                left.all.append("reserve")
                effects += clerk.step(.reserved(reserve), now: moment(time))
            case .append(let commits):
                left.all.append("append")
                if case .success = append { left.commits += commits }
                effects += clerk.step(.appended(append), now: moment(time))
            case .seal: left.seals += 1
            case .snapshot: left.snapshots += 1
            case .speak(let sayings):
                left.all.append("speak")
                left.sayings += sayings
            case .directory: left.all.append("directory")
            case .reply(let ticket, let said):
                left.all.append("reply")
                left.replies[ticket.number] = said
            case .due: left.all.append("due")
            case .rang(_, let made): left.rang.append(made)
            case .die(let error):
                left.all.append("die")
                left.died = error
            }
            next += 1
        }
    }
}

extension Saying {
    var out: Outgoing {
        switch self {
        case .owed(let owed): owed.outgoing
        case .answer(let out, _): out
        }
    }
    var key: String { out.phrases.first?.key ?? "" }
}
