import Accelerator
import Glibc
import JSON
import Language
import Runtime
import TestKit

/// Those who leave in the course of a life and ask to be forgotten, or of whom the office asks it: what they
/// were called, and what nobody may find of them afterwards.
enum Leaving {
    /// Whoever was forgotten.
    struct Gone {
        var code: String
        var name: String
        var title: String
        var principals: [String]
        var number: Int
        /// Whether somebody wrote from one of those ids since: as a stranger whom the bot has to answer.
        var isBack = false
        /// The commit with which one of those ids came to be somebody's again, who asked to join.
        var known: UInt64?
    }

    private static let names = [
        "Aisulu", "Bauyrzhan", "Cholpon", "Daniyar", "Erlan", "Farida", "Gulnara", "Ilyas",
        "Jyldyz", "Kanat", "Leila", "Marat", "Nazgul", "Olzhas", "Perizat", "Rustam", "Saltanat",
    ]

    /// A name and a title that stand for nobody else, and are not the person's code.
    static func person(_ code: String) -> Person? {
        guard let place = (Cast.known + Cast.offices).firstIndex(of: code) else { return nil }
        var person = Person()
        person.code = code
        person.name = names[place]
        person.title = "Chief of desk \(place + 10)"
        if Cast.offices.contains(code) { person.grants = [Grant(scope: "*", role: .office)] }
        return person
    }

    /// Everybody of the cast with a name and a title of their own.
    static func call(_ world: inout World) {
        world.take(
            .imported((Cast.known + Cast.offices).compactMap { person($0).map(Event.personSet) }))
    }

    /// What a life has to show of it: in each state of a challenge somebody who has or had a seat there is
    /// forgotten; by themselves and by the office; and what has to be refused first is refused.
    static let wanted: [String] =
        ChallengeState.allCases.map { "forgotten in \($0.rawValue)" } + [
            "forgotten by the office", "forgotten by themselves", "forget.holds", "forget.duties",
            "forget.unknown", "error.noRightHere",
        ]

    /// What came of one line about it.
    static func seen(_ inbound: Inbound, _ heard: World.Heard, _ step: Invariants.Passing)
        -> [String]
    {
        guard let commit = heard.commit else {
            return inbound.text.hasPrefix("/forget") ? Array(heard.keys.prefix(1)) : []
        }
        var found =
            inbound.text.hasPrefix("/forget") && heard.lacksRight ? ["error.noRightHere"] : []
        for case .personForgotten(let gone) in commit.events {
            let isOwn = step.before.principals[inbound.principal] == gone.person
            found.append("forgotten by " + (isOwn ? "themselves" : "the office"))
            for challenge in step.earlier
            where challenge.seats.contains(where: { $0.person == gone.person }) {
                found.append("forgotten in \(challenge.phase(on: step.today).rawValue)")
            }
        }
        return found
    }

    // MARK: What is in no line any more

    /// Whether a text holds a name, or an id that is not the beginning of a longer one.
    static func holds(_ text: [UInt8], _ gone: Gone) -> String? {
        for word in [gone.name, gone.title] where places(of: word, in: text).first != nil {
            return word
        }
        for id in gone.isBack ? [] : gone.principals {
            for end in places(of: id, in: text) {
                let next = end < text.count ? text[end] : 0
                if !(0x30...0x39).contains(next) && !(0x61...0x7A).contains(next) { return id }
            }
        }
        return nil
    }

    /// Where a word ends, each time that it stands there.
    private static func places(of word: String, in text: [UInt8]) -> [Int] {
        let word = Array(word.utf8)
        return text.withUnsafeBytes { text in
            guard let base = text.baseAddress, let first = word.first else { return [] }
            var found: [Int] = [], from = 0
            while from + word.count <= text.count,
                let place = memchr(base + from, Int32(first), text.count - from - word.count + 1)
            {
                let start = base.distance(to: UnsafeRawPointer(place))
                from = start + 1
                if memcmp(place, word, word.count) == 0 { found.append(start + word.count) }
            }
            return found
        }
    }

    /// Where a state still tells who somebody was.
    static func trace(_ gone: [Gone], in state: State) -> String? {
        var state = state
        // The last answer, that it is done, has still to leave; then it is gone as well.
        state.owed.removeAll { _, out in
            guard case .principal(let id) = out.to else { return false }
            return out.phrases.first?.key == "forget.doneMe"
                && gone.contains { $0.principals.contains(id) }
        }
        for (section, line) in gone.isEmpty ? [] : Facts.snapshot(state) {
            for one in gone {
                guard let word = holds(line, one) else { continue }
                return
                    "\(one.code) was forgotten, and “\(word)” stands in \(section): \(String(decoding: line, as: UTF8.self).prefix(900))"
            }
        }
        return nil
    }
}

extension Leaving {
    /// The whole life read again from its lines; then from its lines without the names of those who are gone.
    static func again(_ world: World, _ gone: [Gone]) -> String? {
        guard !gone.isEmpty else { return nil }
        var copy = State()
        var names = Pseudonyms(origin: copy)
        for commit in world.commits {
            guard let read = Facts.reread(commit), read == commit else {
                return "commit \(commit.n) is read back otherwise"
            }
            copy.evolve(read)
            names.hear(read)
        }
        if copy != world.state {
            return "the replay differs: \(Facts.where(world.state, copy) ?? "unseen")"
        }
        guard let restored = try? Facts.restored(copy), restored == copy else {
            return "the snapshot differs"
        }
        guard names.settle({ "former member \($0)" }) == gone.map(\.number).sorted() else {
            return "not all who were forgotten are known from the lines"
        }
        return rewritten(world, names, gone)
    }

    private static func rewritten(_ world: World, _ names: Pseudonyms, _ gone: [Gone]) -> String? {
        var state = State()
        for commit in world.commits {
            guard let body = body(commit) else { return "commit \(commit.n) can't be read" }
            let clean = names.without(body, in: commit.n) ?? body
            var json = JSONWriter()
            json.value(clean)
            // What came from those ids as a stranger's goes as well; from whoever is known again it stays.
            for var one in gone {
                one.isBack = one.known.map { $0 <= commit.n } ?? false
                if let word = holds(json.bytes, one) {
                    return "commit \(commit.n) tells “\(word)” still"
                }
            }
            guard let object = clean.object,
                let read = try? Commit(n: commit.n, at: commit.at, body: object)
            else { return "commit \(commit.n) can't be read without the names" }
            state.evolve(read)
        }
        for challenge in world.state.challenges.values {
            guard state.challenges[challenge.code].map(figures) == figures(challenge) else {
                return "\(challenge.code) has other figures without the names"
            }
        }
        return state.challenges.keys == world.state.challenges.keys ? nil : "other challenges"
    }

    private static func body(_ commit: Commit) -> JSONValue? {
        var json = JSONWriter()
        json.beginObject()
        commit.writeBody(into: &json)
        json.endObject()
        return try? JSONValue(parsing: json.bytes)
    }

    /// What a challenge reached and did, by whom: all that stays when somebody is forgotten.
    static func figures(_ challenge: Challenge) -> Challenge {
        var challenge = challenge
        for place in challenge.seats.indices { challenge.seats[place].title = nil }
        challenge.applicants = []
        for place in challenge.stakeholders.indices { challenge.stakeholders[place].contact = nil }
        return challenge
    }
}

extension Invariants {
    /// Whoever was forgotten is called by a number alone, holds nothing, is told nothing and named nowhere;
    /// what they reported stays.
    static func forgotten(_ step: Passing, _ memory: inout Memory) -> String? {
        for case .personForgotten(let f) in step.commit?.events ?? [] {
            guard let person = step.before.people[f.person] else { continue }
            memory.gone.append(
                .init(
                    code: f.person, name: person.name,
                    title: person.title ?? person.name,
                    principals: step.before.reached[f.person] ?? [], number: f.number))
            if let why = kept(step, f.person) ?? Leaving.trace(memory.gone, in: step.after) {
                return why
            }
        }
        for case .principalLinked(let link) in step.commit?.events ?? [] {
            for place in memory.gone.indices
            where memory.gone[place].principals.contains(link.principal)
                && memory.gone[place].known == nil
            {
                memory.gone[place].known = step.commit?.n
            }
        }
        for gone in memory.gone {
            if let why = stays(gone, step) { return "\(gone.code) was forgotten, and \(why)" }
            for out in step.out {
                if out.to == .person(gone.code) {
                    return "\(gone.code) was forgotten, and is told \(out.phrases.map(\.key))"
                }
                for phrase in out.phrases where phrase.names(gone) {
                    return "\(gone.code) was forgotten, and \(phrase.key) names them"
                }
            }
        }
        return nil
    }

    /// The moment itself: nothing but the name goes, and the open seat.
    private static func kept(_ step: Passing, _ person: String) -> String? {
        for var challenge in step.earlier {
            guard var after = step.after.challenges[challenge.code] else {
                return "\(challenge.code) is gone with \(person)"
            }
            challenge = Leaving.figures(challenge)
            after = Leaving.figures(after)
            for place in after.seats.indices where after.seats[place].person == person {
                guard challenge.seats.indices.contains(place) else { continue }
                challenge.seats[place].left = after.seats[place].left
            }
            if after.head.coach == nil, challenge.head.coach == person {
                challenge.head.coach = nil
            }
            if challenge != after { return "\(challenge.code) is another without \(person)" }
        }
        return nil
    }

    private static func stays(_ gone: Leaving.Gone, _ step: Passing) -> String? {
        guard let person = step.after.people[gone.code] else { return "is not there at all" }
        guard person.former == gone.number, person.name.isEmpty, person.title == nil else {
            return "is called \(person.name) \(person.title ?? "")"
        }
        if !person.grants.isEmpty { return "has a role: \(person.grants)" }
        if step.after.reached[gone.code] != nil { return "can be reached" }
        if gone.principals.contains(where: { step.after.principals[$0] == gone.code }) {
            return "is known by an id"
        }
        if step.after.undoable[gone.code] != nil { return "can take something back" }
        if step.after.people.values.contains(where: { $0.deputy == gone.code }) {
            return "stands in for somebody"
        }
        for challenge in step.challenges
        where ![.closed, .stopped, .withdrawn].contains(challenge.phase(on: step.today)) {
            if let duty = duty(gone.code, challenge) { return "\(duty) of \(challenge.code)" }
        }
        return nil
    }

    private static func duty(_ code: String, _ challenge: Challenge) -> String? {
        if challenge.seats.contains(where: { $0.person == code && $0.left == nil }) {
            return "holds a seat"
        }
        let open =
            challenge.milestones.filter { $0.state == .open && $0.owner == code }.map(\.code)
            + challenge.blockers.filter { $0.isOpen && $0.owner == code }.map(\.code)
            + challenge.actions.filter { $0.state == .open && $0.owner == code }.map(\.code)
            + challenge.risks.filter { $0.state == .open && $0.owner == code }.map(\.code)
            + challenge.decisions.filter { $0.state == .asked && $0.decider == code }.map(\.code)
            + challenge.goals.filter { $0.owner == code }.map(\.code)
        if let first = open.first { return "has \(first)" }
        return challenge.head.coach == code ? "coaches" : nil
    }

    /// Once in a while: in nothing that a snapshot holds.
    static func traces(_ step: Passing, _ memory: inout Memory) -> String? {
        Leaving.trace(memory.gone, in: step.after)
    }
}

extension Phrase {
    fileprivate func names(_ gone: Leaving.Gone) -> Bool {
        values.contains { $0.value.names(gone) }
    }
}

extension Say {
    fileprivate func names(_ gone: Leaving.Gone) -> Bool {
        switch self {
        case .text(let text): Leaving.holds(Array(text.utf8), gone) != nil
        case .phrase(let phrase): phrase.names(gone)
        case .list(let items): items.contains { $0.names(gone) }
        default: false
        }
    }
}
