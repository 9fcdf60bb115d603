/// A blob as C: an array to be compiled into a firmware image, and its header.
public struct CSource: Equatable, Sendable {
  /// Declares the array, its length and the blob's digest.
  public let header: String
  /// Defines the array, constant and at a multiple of 64 bytes.
  public let source: String

  /// Why a name cannot be that of the array.
  public enum NameError: Error, Equatable, Sendable {
    /// It is empty, longer than 63 bytes or not made of letters, digits and `_`, no digit first.
    case notAnIdentifier
    /// C, C++ or the compiler has it for itself.
    case reserved
  }

  /// - Parameters:
  ///   - blob: all bytes of a blob; `model` is what they are.
  ///   - name: of the array, an identifier of C. In capital letters it begins the constants' names.
  ///   - headerFile: what the source includes the header by.
  public init(
    blob: some Collection<UInt8>, model: Model, name: String, headerFile: String
  ) throws(NameError) {
    try Self.check(name)
    let constant = name.uppercased()
    let origin = "/* A detector (.mle) as C. Made by mle-export emit-c; do not edit. */\n"
    header =
      origin + """
        #ifndef \(constant)_H
        #define \(constant)_H

        /* Bytes. */
        #define \(constant)_LENGTH \(blob.count)
        /* The SHA-256 of all but the last 32 bytes, which are this digest. */
        #define \(constant)_DIGEST "\(model.digest)"

        #ifdef __cplusplus
        extern "C" {
        #endif

        /* At a multiple of 64 bytes. */
        extern const unsigned char \(name)[\(constant)_LENGTH];

        #ifdef __cplusplus
        }
        #endif

        #endif

        """
    source =
      origin + """
        #include "\(headerFile)"

        #if defined(__GNUC__)
        __attribute__((aligned(64)))
        #elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
        _Alignas(64)
        #else
        #error "Say here how this compiler aligns an array to 64 bytes."
        #endif
        const unsigned char \(name)[\(constant)_LENGTH] = {

        """ + Self.lines(blob) + "};\n"
  }

  /// Bytes in decimal, 24 a line.
  private static func lines(_ blob: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(4 * blob.count)
    for (index, byte) in blob.enumerated() {
      text.append(contentsOf: String(byte).utf8)
      text.append(UInt8(ascii: ","))
      if index % 24 == 23 { text.append(UInt8(ascii: "\n")) }
    }
    if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func check(_ name: String) throws(NameError) {
    let bytes = Array(name.utf8)
    let isIdentifier = bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isIdentifier, (1...63).contains(bytes.count), bytes[0] > UInt8(ascii: "9") else {
      throw .notAnIdentifier
    }
    if bytes[0] == UInt8(ascii: "_") || keywords.contains(name) { throw .reserved }
  }

  /// Of C23 and C++23, and what gcc defines.
  private static let keywords: Set<String> = [
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
    "case", "catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return",
    "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
    "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
    "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline",
    "int", "linux", "long", "main", "mutable", "namespace", "new", "noexcept", "not", "not_eq",
    "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "register",
    "reinterpret_cast", "requires", "restrict", "return", "short", "signed", "sizeof", "static",
    "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local",
    "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "typeof_unqual", "union",
    "unix", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
  ]
}
