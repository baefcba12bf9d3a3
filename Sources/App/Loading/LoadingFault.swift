/// A file that the program is set up with can't be used: which, where in it, and why. Exit status 78.
package struct LoadingFault: Error, Hashable, CustomStringConvertible {
    /// The file's path as it was opened.
    package var file: String
    /// Keys and places from the top, `examples[0].means`; empty for the file as a whole.
    package var path: String
    package var why: String

    package var description: String {
        path.isEmpty ? "\(file): \(why)" : "\(file): \(path): \(why)"
    }
}
