internal import HashTreeCollections

/// A map from codes to things that can be copied at no cost while it goes on changing (a snapshot is
/// written from such a copy), and that is read in the order of its keys only, so that nothing that is
/// shown or hashed depends on chance.
public struct Table<Value: Hashable & Sendable>: Hashable, Sendable, ExpressibleByDictionaryLiteral
{
    private var tree: TreeDictionary<String, Value>

    public init() { tree = [:] }
    public init(dictionaryLiteral elements: (String, Value)...) {
        tree = TreeDictionary(uniqueKeysWithValues: elements)
    }

    public var count: Int { tree.count }
    public var isEmpty: Bool { tree.isEmpty }

    public subscript(key: String) -> Value? {
        get { tree[key] }
        _modify { yield &tree[key] }
    }
    public subscript(key: String, default missing: @autoclosure () -> Value) -> Value {
        get { tree[key] ?? missing() }
        _modify { yield &tree[key, default: missing()] }
    }
    /// Changes a value where it stands; does nothing where there is none.
    public mutating func update(_ key: String, _ body: (inout Value) -> Void) {
        guard tree.keys.contains(key) else { return }
        tree.updateValue(forKey: key) { value in
            if var present = value.take() {
                body(&present)
                value = present
            }
        }
    }
    /// Whether there is a value, without touching it.
    public func has(_ key: String) -> Bool { tree.keys.contains(key) }
    public var keys: [String] { tree.keys.sorted() }
    /// In the order of the keys.
    public var values: [Value] { keys.compactMap { tree[$0] } }
    public var sorted: [(key: String, value: Value)] {
        keys.compactMap { key in tree[key].map { (key: key, value: $0) } }
    }
    /// The values that satisfy a test, in the order of the keys.
    public func filter(_ test: (Value) -> Bool) -> [Value] {
        // Keys are sorted alone: a value may be large to move about.
        var found: [String] = []
        for (key, value) in tree where test(value) { found.append(key) }
        return found.sorted().compactMap { tree[$0] }
    }
    /// What a function makes of the values, in no order: chance gave it. Where that is nil it is left out.
    func unordered<Made>(_ make: (Value) -> Made?) -> [Made] {
        var found: [Made] = []
        for (_, value) in tree { if let one = make(value) { found.append(one) } }
        return found
    }
    /// Removes what satisfies a test.
    public mutating func removeAll(_ test: (String, Value) -> Bool) {
        for (key, value) in tree where test(key, value) { tree[key] = nil }
    }
}
