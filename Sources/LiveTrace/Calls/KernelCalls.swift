import KernelTrace

/// What the numbers of one kind of task's system calls mean.
struct KernelCalls {
  /// A call by its number.
  struct Entry {
    /// The alphabet's; nil for a call that it does not have.
    var call: SystemCall?
    var effect: DescriptorEffect

    static let unknown = Entry(call: nil, effect: .none)

    var endsThread: Bool { call?.endsThread ?? false }
    var executes: Bool { call?.executes ?? false }
    var restoresRegisters: Bool { call?.restoresRegisters ?? false }
  }

  private let entries: [Entry]
  private let armEntries: [Entry]

  static let x86_64 = KernelCalls(KernelCallNames.x86_64)
  /// AArch64 and RISC-V.
  static let generic = KernelCalls(KernelCallNames.generic)
  static let arm = KernelCalls(KernelCallNames.arm, KernelCallNames.armPrivate)
  /// Tasks whose numbers nobody knows here.
  static let none = KernelCalls("")

  private init(_ names: StaticString, _ armNames: StaticString = "") {
    entries = Self.entries(names)
    armEntries = Self.entries(armNames)
  }

  @inline(never)
  private static func entries(_ names: StaticString) -> [Entry] {
    var entries: [Entry] = []
    var words = Words(bytes(of: names), separator: 0x20)
    while let word = words.next() {
      if word[0] == UInt8(ascii: "@") {
        let digits = UnsafeRawBufferPointer(rebasing: word.dropFirst())
        let next = Decimal.value(digits, atMost: 1023) ?? 0
        while entries.count < Int(next) { entries.append(.unknown) }
      } else {
        entries.append(entry(word))
      }
    }
    return entries
  }

  private static func entry(_ name: UnsafeRawBufferPointer) -> Entry {
    guard let call = SyscallAlphabet.canonicalCall(named: name) else { return .unknown }
    return Entry(call: call, effect: DescriptorEffect(ofCall: name))
  }

  /// The call with `number`; `.unknown` for any that is not in the list.
  subscript(number: Int32) -> Entry {
    guard number >= 0 else { return .unknown }
    if Int(number) < entries.count { return entries[Int(number)] }
    let armNumber = Int(number) - 0xf_0000
    if armNumber >= 0, armNumber < armEntries.count { return armEntries[armNumber] }
    return .unknown
  }
}

/// The calls of a machine: those of its own tasks and of 32-bit ones that it may run.
struct MachineCalls {
  let native: KernelCalls
  let compatible: KernelCalls

  /// - Parameter is64Bit: whether the kernel has 64 bits, which a 32-bit player may run on.
  init(is64Bit: Bool) {
    #if arch(x86_64)
      native = .x86_64
      compatible = .none
    #elseif arch(arm) || arch(arm64)
      native = is64Bit ? .generic : .arm
      compatible = .arm
    #else
      native = is64Bit ? .generic : .none
      compatible = .none
    #endif
  }
}
