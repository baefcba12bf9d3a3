import Accelerator
import Language
import Platform
import Runtime

/// The bot on one thread, for whoever waits for its answer: one message, one alarm at a time, each decided,
/// made durable and said before the next. Messages to `console:` receivers leave; all others stay owed, for
/// whoever serves their channel.
struct Desk {
    let decider: Decider
    let journal: any Journal
    private var rehearsal: Rehearsal
    /// The language of whoever never chose one and whose channel tells none.
    let language: String
    private let random: @Sendable (Int) -> [UInt8]

    /// Recovers the state from the journal.
    init(
        _ decider: Decider, journal: any Journal, at now: Instant = Instant(milliseconds: 0),
        language: String = "en",
        random: @escaping @Sendable (Int) -> [UInt8] = { RandomBytes.make($0) }
    ) throws(JournalError) {
        self.decider = decider
        self.journal = journal
        self.language = language
        self.random = random
        rehearsal = try Rehearsal(
            journal: journal, mind: Minds.of(decider, language: language), now: now, random: random)
    }

    /// The same bot again, as its journal has it now: after an import, or for people of another language.
    func renewed(language: String? = nil) throws(JournalError) -> Desk {
        try Desk(
            decider, journal: journal, at: rehearsal.now, language: language ?? self.language,
            random: random)
    }

    var state: State { rehearsal.state }
    /// What time it is; never before the last commit.
    var now: Instant { rehearsal.now }
    /// When the next alarm is due.
    var nextDue: Instant? { rehearsal.nextDue }

    /// Decides one input at a time, and says what follows from it. No alarm rings.
    mutating func take(_ input: Input, at: Instant) throws(JournalError) -> Told {
        rehearsal.advance(to: at)
        let before = rehearsal.state.n
        let result = try rehearsal.hear(input)
        var told = Told()
        switch result.outcome {
        case .commit(let n):
            told.outcome = .commit
            told.n = n
        case .answer: told.outcome = .answer
        case .nothing where rehearsal.state.n > before:
            // An operator's act has nobody who waits for its number.
            told.outcome = .commit
            told.n = rehearsal.state.n
        case .nothing: break
        case .refused: throw .noSpace
        }
        told.said = result.shown.map(Posted.init)
        return told
    }

    /// Rings everything that is due until a time, each at its own; stops early when `enough` says so.
    mutating func ring(
        until end: Instant, _ enough: ([Posted]) -> Bool = { _ in false }
    ) throws(JournalError) -> Told {
        var told = Told()
        let before = rehearsal.state.n
        while let due = rehearsal.nextDue, due <= end {
            let n = rehearsal.state.n
            let said = try rehearsal.ring(until: max(due, rehearsal.now)).map(Posted.init)
            told.said += said
            if enough(said) { break }
            // Nothing came of it, as on a full disk: it would not the next time either.
            if rehearsal.state.n == n { throw .noSpace }
        }
        if rehearsal.state.n > before {
            told.outcome = .commit
            told.n = rehearsal.state.n
        }
        return told
    }

    /// Moves the clock on, and rings nothing.
    mutating func wait(until time: Instant) { rehearsal.advance(to: time) }

    /// Seals the journal in good order and lets go of it.
    mutating func close() throws(JournalError) { try rehearsal.close() }
}

/// What the machines ask of the decisions.
enum Minds {
    static func of(_ decider: Decider, language: String = "en") -> Mind {
        let agenda = Lock(Agenda())
        let current = Lock(decider)
        let enclosing = Enclosing(book: decider.phrasebook)
        var mind = Mind(
            decide: { input, state, at, random in
                let decider = current.withLock { $0 }
                switch input {
                case .alarm:
                    let owners = agenda.withLock {
                        $0.due(by: at, state, decider.zones, most: ringing)
                    }
                    return decider.ring(state, at, owners: owners)
                case .zonesChanged(_, let zones?):
                    // From the next input on it goes by them; what is to come is looked at anew.
                    current.withLock { $0 = decider.with(zones: zones) }
                    fallthrough
                default: return decider.decide(input, state, at: at, random: random)
                }
            },
            isQuestion: { questions.contains(verb(of: $0, decider)) },
            nextDue: { commits, state in
                agenda.withLock { agenda in
                    for commit in commits { agenda.note(commit) }
                    return agenda.next(state, current.withLock { $0.zones }, most: planned)
                }
            },
            render: { out, language in
                decider.phrasebook.render(
                    out.phrases,
                    choices: [out.offers.map { Choice(label: $0.label, line: $0.line) }],
                    language: language)
            },
            draw: { enclosing.draw($0, $1) }, write: { enclosing.write($0, $1) },
            language: language)
        mind.isPlanned = { agenda.withLock { $0.isWhole } }
        return mind
    }

    /// How many challenges and cohorts are looked at for the next alarm without a pause: some milliseconds.
    private static let planned = 128
    /// Of how many the reminders may ring together.
    private static let ringing = 512

    /// Commands that change nothing, whatever stands behind the verb: dropped first when too much waits.
    private static let questions: Set<String> = [
        "status", "why", "cohort", "digest", "me", "next", "blockers", "silent", "help", "history",
        "whoami",
        "whyme", "chart", "proposals", "export",
    ]

    /// The command that the first word of a line names, in any language.
    private static func verb(of inbound: Inbound, _ decider: Decider) -> String {
        let line = inbound.text.drop { $0 == "/" || $0 == "!" || $0 == " " }
        let first = line.prefix { $0 != " " && $0 != "\n" }
        guard !first.isEmpty, first.utf8.count <= 64 else { return "" }
        do throws(Misunderstanding) {
            return try decider.grammar.parse(first, in: Reading(today: LocalDate(days: 0))).command
        } catch {
            return error.command ?? ""
        }
    }
}
