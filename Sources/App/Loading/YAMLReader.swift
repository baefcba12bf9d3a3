import Yams

/// A YAML file taken apart strictly: every key is asked for by name, what nobody asked for is refused by
/// its path, and every scalar is text until somebody wants it as something else.
struct YAMLReader {
    let file: String

    /// The top of a file, which must be a mapping.
    func fields(_ text: String) throws(LoadingFault) -> YAMLFields {
        let node: Node?
        do {
            node = try compose(yaml: text, .basic)
        } catch {
            throw LoadingFault(file: file, path: "", why: Self.reason(error))
        }
        guard let node else { throw LoadingFault(file: file, path: "", why: "the file is empty") }
        return try YAMLFields(node, file: file, path: "")
    }

    /// What the parser says, on one line.
    private static func reason(_ error: any Error) -> String {
        let text: String
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            text = "\(problem) at line \(mark.line), column \(mark.column)"
        case .duplicatedKeysInMapping(let keys, let context):
            text = "keys stand twice: \(keys.joined(separator: ", ")) (line \(context.mark.line))"
        case .reader(let problem, let offset, _, _):
            text = "\(problem) at byte \(offset.map { "\($0)" } ?? "?")"
        default: text = "\(error)"
        }
        return text.split(separator: "\n").joined(separator: " ")
    }
}

/// One mapping of a YAML file.
struct YAMLFields {
    let file: String
    let path: String
    private(set) var members: [(name: String, node: Node)] = []
    private var taken: Set<String> = []

    init(_ node: Node, file: String, path: String) throws(LoadingFault) {
        self.file = file
        self.path = path
        guard case .mapping(let mapping) = node else {
            throw LoadingFault(file: file, path: path, why: "keys with values are expected")
        }
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                throw LoadingFault(file: file, path: path, why: "a key must be a plain word")
            }
            members.append((name.string, value))
        }
    }

    func fault(_ name: String, _ why: String) -> LoadingFault {
        LoadingFault(file: file, path: place(name), why: why)
    }

    func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The node under a name, and notes that it was asked for.
    mutating func take(_ name: String) -> Node? {
        taken.insert(name)
        return members.first { $0.name == name }?.node
    }

    /// Refuses what nobody asked for.
    func finish() throws(LoadingFault) {
        for (name, _) in members where !taken.contains(name) { throw fault(name, "unknown key") }
    }

    // MARK: Values

    mutating func text(_ name: String) throws(LoadingFault) -> String? {
        guard let node = take(name) else { return nil }
        return try Self.text(node, file: file, path: place(name))
    }

    mutating func neededText(_ name: String) throws(LoadingFault) -> String {
        guard let text = try text(name), !text.isEmpty else {
            throw fault(name, "a text is needed")
        }
        return text
    }

    mutating func texts(_ name: String) throws(LoadingFault) -> [String] {
        guard let node = take(name) else { return [] }
        return try Self.texts(node, file: file, path: place(name))
    }

    /// One text, or a list of them.
    mutating func textOrTexts(_ name: String) throws(LoadingFault) -> [String] {
        guard let node = take(name) else { return [] }
        if case .scalar(let scalar) = node { return [scalar.string] }
        return try Self.texts(node, file: file, path: place(name))
    }

    mutating func flag(_ name: String) throws(LoadingFault) -> Bool? {
        guard let text = try text(name) else { return nil }
        switch text {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw fault(name, "true or false is expected, not “\(text.prefix(40))”")
        }
    }

    mutating func number(_ name: String, _ range: ClosedRange<Int>) throws(LoadingFault) -> Int? {
        guard let text = try text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw fault(
                name, "a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
        }
        return number
    }

    mutating func fields(_ name: String) throws(LoadingFault) -> YAMLFields? {
        guard let node = take(name) else { return nil }
        return try YAMLFields(node, file: file, path: place(name))
    }

    /// A mapping of texts.
    mutating func pairs(_ name: String) throws(LoadingFault) -> [(name: String, text: String)] {
        guard let fields = try fields(name) else { return [] }
        var found: [(String, String)] = []
        for (key, node) in fields.members {
            found.append((key, try Self.text(node, file: file, path: fields.place(key))))
        }
        return found
    }

    mutating func items(_ name: String) throws(LoadingFault) -> [(node: Node, path: String)] {
        guard let node = take(name) else { return [] }
        return try Self.items(node, file: file, path: place(name))
    }

    // MARK: Nodes

    static func items(_ node: Node, file: String, path: String) throws(LoadingFault) -> [(
        node: Node, path: String
    )] {
        guard case .sequence(let sequence) = node else {
            throw LoadingFault(file: file, path: path, why: "a list is expected")
        }
        return sequence.enumerated().map { ($0.element, "\(path)[\($0.offset)]") }
    }

    static func texts(_ node: Node, file: String, path: String) throws(LoadingFault) -> [String] {
        var found: [String] = []
        for item in try items(node, file: file, path: path) {
            found.append(try text(item.node, file: file, path: item.path))
        }
        return found
    }

    static func text(_ node: Node, file: String, path: String) throws(LoadingFault) -> String {
        guard case .scalar(let scalar) = node else {
            throw LoadingFault(file: file, path: path, why: "a text is expected")
        }
        return scalar.string
    }
}
