public import JSON
internal import Language

/// Who asked to be forgotten, by what they were known, and what stands for them instead: what is needed
/// to write older lines of the journal anew without their names.
///
/// 1. Every commit is heard once, in order (``hear(_:)``): a person may have borne several names. The state
///    that a compaction left is heard before the first (``init(origin:)``).
/// 2. A name goes wherever it stands as whole words, also in what others wrote; not where it is, or is part
///    of, the name of somebody who is still here.
/// 3. A title goes where it is said of that person.
/// 4. A channel's id goes as a whole, up to where the same id came back as somebody who is known again.
/// 5. Figures, dates, notes and the person's code stay: they are the record of the challenge.
public struct Pseudonyms: Sendable {
    private struct Gone {
        var number: Int?
        var names: Set<String> = []
        var titles: Set<String> = []
        /// Channel ids in the order in which they came.
        var principals: [String] = []
    }
    private var known: [String: Gone] = [:]
    /// An id that was forgotten, and the commit with which it came back.
    private var returned: [String: UInt64] = [:]

    /// What stands for what, once all is heard.
    private struct Table {
        var texts: [(old: [UInt8], new: String)] = []
        var ids: [(old: [UInt8], new: String, until: UInt64)] = []
        /// Names of those who are still here that hold one of the names that go.
        var longer: [[UInt8]] = []
        var here: Set<String> = []
        /// Code -> what the person is called from now on.
        var called: [String: String] = [:]
        /// Titles that only people who are gone had.
        var titles: [String: String] = [:]
    }
    private var table = Table()

    public init(origin: State) {
        for person in origin.people.values { hear(person) }
        for (person, ids) in origin.reached.sorted { for id in ids { link(id, person) } }
        for challenge in origin.challenges.values { for seat in challenge.seats { hear(seat) } }
    }

    /// Takes in what a commit says about people.
    public mutating func hear(_ commit: Commit) {
        for event in commit.events {
            switch event {
            case .personSet(let person): hear(person)
            case .principalLinked(let l):
                for (code, gone) in known
                where code != l.person && gone.number != nil
                    && gone.principals.contains(l.principal)
                {
                    returned[l.principal] = returned[l.principal] ?? commit.n
                }
                link(l.principal, l.person)
            case .seatTaken(let s), .seatLeft(let s): hear(s.content)
            case .personForgotten(let f): known[f.person, default: Gone()].number = f.number
            default: break
            }
        }
    }

    private mutating func hear(_ person: Person) {
        var one = known[person.code] ?? Gone()
        if let former = person.former { one.number = former }
        if !person.name.isEmpty, person.name != person.code { one.names.insert(person.name) }
        if let title = person.title, !title.isEmpty { one.titles.insert(title) }
        known[person.code] = one
    }

    private mutating func hear(_ seat: Seat) {
        guard let title = seat.title, !title.isEmpty else { return }
        known[seat.person, default: Gone()].titles.insert(title)
    }

    private mutating func link(_ principal: String, _ person: String) {
        guard !known[person, default: Gone()].principals.contains(principal) else { return }
        known[person, default: Gone()].principals.append(principal)
    }

    /// Makes up what stands for whom.
    ///
    /// - Parameter called: what a former member of a number is called: “former member 3”.
    /// - Returns: the numbers of those who are forgotten, in their order.
    public mutating func settle(_ called: (Int) -> String) -> [Int] {
        var table = Table()
        let gone = known.filter { $1.number != nil }
        table.here = Set(known.keys).subtracting(gone.keys)
        let names = Set(table.here.flatMap { known[$0]?.names ?? [] })
        let titles = Set(table.here.flatMap { known[$0]?.titles ?? [] })
        for code in gone.keys.sorted() {
            guard let one = gone[code], let number = one.number else { continue }
            let word = called(number)
            table.called[code] = word
            for name in one.names.sorted() where !names.contains(name) && name != word {
                table.texts.append((Array(name.utf8), word))
            }
            for title in one.titles where !titles.contains(title) && title != word {
                table.titles[title] = word
            }
            for (place, id) in one.principals.enumerated() {
                let new = place == 0 ? "former:\(number)" : "former:\(number).\(place + 1)"
                guard !id.hasPrefix("former:") else { continue }
                table.ids.append((Array(id.utf8), new, returned[id] ?? .max))
            }
        }
        // The longest first: “Aigul Serikova” before “Aigul”.
        table.texts.sort { ($1.old.count, $0.new) < ($0.old.count, $1.new) }
        table.ids.sort { ($1.old.count, $0.new) < ($0.old.count, $1.new) }
        table.longer = names.sorted().map { Array($0.utf8) }.filter { name in
            table.texts.contains { Self.places(of: $0.old, in: name).first != nil }
        }
        self.table = table
        return gone.values.compactMap(\.number).sorted()
    }

    /// Everything that goes, as bytes: to look for what is left of it.
    public var traces: [[UInt8]] {
        table.texts.map(\.old) + table.ids.filter { $0.until == .max }.map(\.old)
    }

    /// A value of the journal or of a snapshot without what goes; nil where nothing of it is there.
    ///
    /// - Parameter n: the commit that it stands in; nil takes ids out whether they came back or not.
    public func without(_ value: JSONValue, in n: UInt64?) -> JSONValue? {
        let changed = clean(value, n)
        return changed == value ? nil : changed
    }

    private func clean(_ value: JSONValue, _ n: UInt64?) -> JSONValue {
        switch value {
        case .string(let text): return .string(clean(text, n))
        case .array(let items): return .array(items.map { clean($0, n) })
        case .object(let object): return .object(clean(object, n))
        default: return value
        }
    }

    private func clean(_ object: JSONObject, _ n: UInt64?) -> JSONObject {
        let code = object["code"]?.string ?? object["person"]?.string
        let word = code.flatMap { table.called[$0] }
        let isHere = object["code"]?.string.map { table.here.contains($0) } ?? false
        var members = object.members
        for place in members.indices {
            switch (members[place].name, members[place].value) {
            case ("name", _) where isHere: continue
            case ("title", .string(let title)) where !title.isEmpty && word != nil:
                members[place].value = .string(word ?? title)
            case ("t", .string(let text)), ("before", .string(let text)),
                ("after", .string(let text)):
                members[place].value = .string(table.titles[text] ?? clean(text, n))
            default: members[place].value = clean(members[place].value, n)
            }
        }
        return JSONObject(members)
    }

    private func clean(_ text: String, _ n: UInt64?) -> String {
        var bytes = Array(text.utf8)
        var isChanged = false
        for (old, new, until) in table.ids where n.map({ $0 < until }) ?? true {
            for place in Self.places(of: old, in: bytes, isID: true).reversed() {
                bytes.replaceSubrange(place..<place + old.count, with: Array(new.utf8))
                isChanged = true
            }
        }
        for (old, new) in table.texts {
            for place in Self.places(of: old, in: bytes).reversed()
            where !Self.isLonger(place, old, bytes, table.longer) {
                bytes.replaceSubrange(place..<place + old.count, with: Array(new.utf8))
                isChanged = true
            }
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// Whether what stands there is part of the name of somebody who is still here.
    private static func isLonger(
        _ place: Int, _ old: [UInt8], _ bytes: [UInt8], _ longer: [[UInt8]]
    ) -> Bool {
        longer.contains { name in
            places(of: old, in: name).contains { inner in
                place >= inner && bytes.count >= place - inner + name.count
                    && bytes[(place - inner)...].starts(with: name)
            }
        }
    }

    /// Whether a name stands in a text as whole words, and not only as part of one of some longer names.
    static func stands(_ name: String, in text: String, besides longer: [String]) -> Bool {
        let old = Array(name.utf8), bytes = Array(text.utf8)
        let longer = longer.map { Array($0.utf8) }
        return places(of: old, in: bytes).contains { !isLonger($0, old, bytes, longer) }
    }

    /// Where a text stands in another as whole words, or as a whole id.
    private static func places(of old: [UInt8], in bytes: [UInt8], isID: Bool = false) -> [Int] {
        guard let first = old.first, bytes.count >= old.count else { return [] }
        var found: [Int] = []
        var place = 0
        while place + old.count <= bytes.count {
            let end = place + old.count
            if bytes[place] == first, bytes[place..<end].elementsEqual(old),
                isID ? isWholeID(place, end, bytes) : isWholeWord(place, end, bytes)
            {
                found.append(place)
                place = end
            } else {
                place += 1
            }
        }
        return found
    }

    private static func isWholeID(_ start: Int, _ end: Int, _ bytes: [UInt8]) -> Bool {
        func joins(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default: byte >= 0x80
            }
        }
        if start > 0, joins(bytes[start - 1]) { return false }
        return end == bytes.count || !joins(bytes[end]) && bytes[end] != UInt8(ascii: ":")
    }

    private static func isWholeWord(_ start: Int, _ end: Int, _ bytes: [UInt8]) -> Bool {
        let before = String(decoding: bytes[..<start].suffix(8), as: UTF8.self).unicodeScalars.last
        let after = String(decoding: bytes[end...].prefix(4), as: UTF8.self).unicodeScalars.first
        return ![before, after].contains { scalar in
            scalar.map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false
        }
    }
}
