import Accelerator
import Language

/// Who speaks when somebody types `--as WHO` or `WHO>`.
struct Speaker: Hashable, Sendable {
    /// `console:u03-data`.
    var principal: String
    /// The person's code, nil for a stranger.
    var person: String?
    /// As shown to others.
    var name: String

    /// 1. Whoever speaks on the console under just this name. 2. A person's code. 3. A given name that one
    /// person only has, however it is spelled, if `byName`. 4. Else a stranger of that name.
    static func resolve(_ who: String, _ state: State, byName: Bool = true) -> Speaker {
        let principal = "console:\(who)"
        if let code = state.principals[principal] { return Speaker(principal, code, state) }
        if let person = state.people[who] { return of(person, state) }
        if byName {
            let wanted = Folding.fold(who)
            let named = state.people.filter { person in
                Folding.fold(person.name) == wanted
                    || person.name.split(separator: " ").first.map { Folding.fold(String($0)) }
                        == wanted
            }
            if named.count == 1 { return of(named[0], state) }
        }
        return Speaker(principal: principal, person: nil, name: who)
    }

    private static func of(_ person: Person, _ state: State) -> Speaker {
        let known = state.reached[person.code]?.last { $0.hasPrefix("console:") }
        return Speaker(known ?? "console:\(person.code)", person.code, state)
    }

    private init(_ principal: String, _ code: String, _ state: State) {
        self.init(principal: principal, person: code, name: state.people[code]?.name ?? code)
    }

    init(principal: String, person: String?, name: String) {
        self.principal = principal
        self.person = person
        self.name = name
    }
}

/// A choice that is pressed by writing it: `[2]`, `[69.1 %]`.
enum Press {
    /// What stands between the brackets, if the whole text is one choice.
    static func label(_ text: String) -> String? {
        let trimmed = text.trimmed
        guard trimmed.hasPrefix("["), trimmed.hasSuffix("]"), trimmed.utf8.count > 2 else {
            return nil
        }
        return String(trimmed.dropFirst().dropLast())
    }

    /// The choice that a digit or a label means among those shown: a label said exactly comes before its
    /// number, since a label may itself be a number.
    static func find(_ wanted: String, in buttons: [Message.Button]) -> Message.Button? {
        if let exact = buttons.first(where: { $0.label.utf8.elementsEqual(wanted.utf8) }) {
            return exact
        }
        let folded = Folding.fold(wanted)
        let alike = buttons.filter { Folding.fold($0.label) == folded }
        if alike.count == 1 { return alike[0] }
        guard let n = Int(wanted), buttons.indices.contains(n - 1) else { return nil }
        return buttons[n - 1]
    }
}

extension String {
    /// Without spaces, tabs and line ends around it.
    var trimmed: String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar == " " || (9...13).contains(scalar.value)
        }
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Without spaces, tabs and carriage returns at the end.
    var withoutTrailingSpaces: String {
        var scalars = Substring(self).unicodeScalars
        while let last = scalars.last, last == " " || last == "\t" || last == "\r" {
            scalars.removeLast()
        }
        return String(scalars)
    }
}
