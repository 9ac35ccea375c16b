//===- FlagTable.cpp - which compiler flags matter for parsing ------------===//

#include "tool/FlagTable.h"

#include "clang/Driver/Options.h"
#include "llvm/ADT/STLExtras.h"

namespace tether {

using namespace clang::driver::options;
using llvm::opt::Option;

namespace {

constexpr ID passedGroups[] = {
    // Feature switches of the processors: each sets macros and enables intrinsics.
    OPT_m_aarch64_Features_Group,   OPT_m_arm_Features_Group,   OPT_m_hexagon_Features_Group,
    OPT_m_loongarch_Features_Group, OPT_m_m68k_Features_Group,  OPT_m_mips_Features_Group,
    OPT_m_ppc_Features_Group,       OPT_m_riscv_Features_Group, OPT_m_sparc_Features_Group,
    OPT_m_wasm_Features_Group,      OPT_m_x86_Features_Group,   OPT_LongDouble_Group};

constexpr ID passedSearch[] = {OPT_I,
                               OPT_F,
                               OPT_isystem,
                               OPT_isystem_after,
                               OPT_cxx_isystem,
                               OPT_stdlibxx_isystem,
                               OPT_iquote,
                               OPT_idirafter,
                               OPT_iframework,
                               OPT_iframeworkwithsysroot,
                               OPT_iwithsysroot,
                               OPT_iprefix,
                               OPT_iwithprefix,
                               OPT_iwithprefixbefore,
                               OPT_isysroot,
                               OPT__sysroot_EQ,
                               OPT_ibuiltininc,
                               OPT_nobuiltininc,
                               OPT_nostdinc,
                               OPT_nostdincxx,
                               OPT_nostdlibinc,
                               OPT_stdlib_EQ,
                               OPT_gcc_toolchain,
                               OPT_gcc_install_dir_EQ,
                               OPT_gcc_triple_EQ,
                               OPT_embed_dir_EQ,
                               OPT_system_header_prefix,
                               OPT_no_system_header_prefix,
                               OPT_working_directory};

constexpr ID passedPreprocessor[] = {OPT_D,
                                     OPT_U,
                                     OPT_undef,
                                     OPT_include,
                                     OPT_imacros,
                                     OPT_ftrigraphs,
                                     OPT_fno_trigraphs,
                                     OPT_pthread,
                                     OPT_pthreads,
                                     OPT_fdollars_in_identifiers,
                                     OPT_fno_dollars_in_identifiers,
                                     OPT_fdigraphs,
                                     OPT_fno_digraphs,
                                     OPT_ffreestanding,
                                     OPT_fhosted,
                                     OPT_fgnuc_version_EQ,
                                     OPT_fdefine_target_os_macros,
                                     OPT_fno_define_target_os_macros,
                                     OPT_ffast_math,
                                     OPT_fno_fast_math};

constexpr ID passedTarget[] = {OPT_target,
                               OPT_m16,
                               OPT_m32,
                               OPT_m64,
                               OPT_mx32,
                               OPT_march_EQ,
                               OPT_mcpu_EQ,
                               OPT_mabi_EQ,
                               OPT_mmcu_EQ,
                               OPT_mfpu_EQ,
                               OPT_mfloat_abi_EQ,
                               OPT_mhard_float,
                               OPT_msoft_float,
                               OPT_mno_soft_float,
                               OPT_msingle_float,
                               OPT_mdouble_float,
                               OPT_mdouble_EQ,
                               OPT_mthumb,
                               OPT_mbig_endian,
                               OPT_mlittle_endian,
                               OPT_mcrc,
                               OPT_mgeneral_regs_only,
                               OPT_malign_double,
                               OPT_mms_bitfields,
                               OPT_mno_ms_bitfields,
                               OPT_mrtd,
                               OPT_mno_rtd,
                               OPT_miamcu,
                               OPT_mvx,
                               OPT_mno_vx,
                               OPT_municode,
                               OPT_mthreads,
                               OPT_mtargetos_EQ,
                               OPT_mmacos_version_min_EQ,
                               OPT_mios_version_min_EQ,
                               OPT_mios_simulator_version_min_EQ,
                               OPT_mtvos_version_min_EQ,
                               OPT_mwatchos_version_min_EQ};

constexpr ID passedLanguage[] = {OPT_x,
                                 OPT_std_EQ,
                                 OPT_ansi,
                                 OPT_fexceptions,
                                 OPT_fno_exceptions,
                                 OPT_fcxx_exceptions,
                                 OPT_fno_cxx_exceptions,
                                 OPT_fseh_exceptions,
                                 OPT_fsjlj_exceptions,
                                 OPT_fdwarf_exceptions,
                                 OPT_fwasm_exceptions,
                                 OPT_frtti,
                                 OPT_fno_rtti,
                                 OPT_frtti_data,
                                 OPT_fno_rtti_data,
                                 OPT_fcoroutines,
                                 OPT_fno_coroutines,
                                 OPT_fcoro_aligned_allocation,
                                 OPT_fno_coro_aligned_allocation,
                                 OPT_fchar8__t,
                                 OPT_fno_char8__t,
                                 OPT_fsigned_char,
                                 OPT_fno_signed_char,
                                 OPT_funsigned_char,
                                 OPT_fno_unsigned_char,
                                 OPT_fshort_enums,
                                 OPT_fno_short_enums,
                                 OPT_fshort_wchar,
                                 OPT_fno_short_wchar,
                                 OPT_fsigned_bitfields,
                                 OPT_funsigned_bitfields,
                                 OPT_fms_extensions,
                                 OPT_fno_ms_extensions,
                                 OPT_fms_compatibility,
                                 OPT_fno_ms_compatibility,
                                 OPT_fms_compatibility_version,
                                 OPT_fmsc_version,
                                 OPT_fms_memptr_rep_EQ,
                                 OPT_fms_define_stdc,
                                 OPT_fdelayed_template_parsing,
                                 OPT_fno_delayed_template_parsing,
                                 OPT_fdeclspec,
                                 OPT_fno_declspec,
                                 OPT_fborland_extensions,
                                 OPT_fno_borland_extensions,
                                 OPT_fasm,
                                 OPT_fno_asm,
                                 OPT_fasm_blocks,
                                 OPT_fno_asm_blocks,
                                 OPT_fgnu_keywords,
                                 OPT_fno_gnu_keywords,
                                 OPT_fgnu89_inline,
                                 OPT_fno_gnu89_inline,
                                 OPT_foperator_names,
                                 OPT_fno_operator_names,
                                 OPT_fblocks,
                                 OPT_fno_blocks,
                                 OPT_faltivec,
                                 OPT_fno_altivec,
                                 OPT_fzvector,
                                 OPT_fno_zvector,
                                 OPT_flax_vector_conversions_EQ,
                                 OPT_faligned_allocation,
                                 OPT_fno_aligned_allocation,
                                 OPT_faligned_new_EQ,
                                 OPT_fnew_alignment_EQ,
                                 OPT_fsized_deallocation,
                                 OPT_fno_sized_deallocation,
                                 OPT_fcheck_new,
                                 OPT_fno_check_new,
                                 OPT_faccess_control,
                                 OPT_fno_access_control,
                                 OPT_fbuiltin,
                                 OPT_fno_builtin,
                                 OPT_fno_builtin_,
                                 OPT_fpack_struct,
                                 OPT_fpack_struct_EQ,
                                 OPT_fno_pack_struct,
                                 OPT_fapple_pragma_pack,
                                 OPT_fno_apple_pragma_pack,
                                 OPT_fxl_pragma_pack,
                                 OPT_fno_xl_pragma_pack,
                                 OPT_fpascal_strings,
                                 OPT_fno_pascal_strings,
                                 OPT_fwritable_strings,
                                 OPT_fdouble_square_bracket_attributes,
                                 OPT_fno_double_square_bracket_attributes,
                                 OPT_frelaxed_template_template_args,
                                 OPT_fno_relaxed_template_template_args,
                                 OPT_fraw_string_literals,
                                 OPT_fno_raw_string_literals,
                                 OPT_ffixed_point,
                                 OPT_fno_fixed_point,
                                 OPT_fforce_enable_int128,
                                 OPT_fno_force_enable_int128,
                                 OPT_fclang_abi_compat_EQ,
                                 OPT_fenable_matrix,
                                 OPT_fexperimental_library,
                                 OPT_fno_experimental_library,
                                 OPT_fno_knr_functions,
                                 OPT_fopenmp,
                                 OPT_fno_openmp,
                                 OPT_fopenmp_EQ,
                                 OPT_fopenmp_simd,
                                 OPT_fno_openmp_simd,
                                 OPT_fopenmp_version_EQ,
                                 OPT_fobjc_arc,
                                 OPT_fno_objc_arc,
                                 OPT_fobjc_weak,
                                 OPT_fno_objc_weak,
                                 OPT_fobjc_exceptions,
                                 OPT_fno_objc_exceptions,
                                 OPT_fobjc_runtime_EQ};

struct Limit {
  ID id;
  unsigned most;
};
constexpr Limit limits[] = {{OPT_ftemplate_depth_EQ, 4096},
                            {OPT_fconstexpr_depth_EQ, 4096},
                            {OPT_fconstexpr_steps_EQ, 1u << 25},
                            {OPT_fbracket_depth_EQ, 1024},
                            {OPT_foperator_arrow_depth_EQ, 1024}};

/// Whole groups without influence on the AST. The rest of the -f and -m flags is code generation.
constexpr ID ignoredGroups[] = {OPT_Action_Group, OPT_DebugInfo_Group, OPT_Diag_Group,
                                OPT_M_Group,      OPT_O_Group,         OPT_d_Group,
                                OPT_Link_Group,   OPT_f_Group,         OPT_f_clang_Group,
                                OPT_m_Group,      OPT_pedantic_Group,  OPT_internal_debug_Group};

constexpr ID ignored[] = {OPT_o,
                          OPT_pipe,
                          OPT_w,
                          OPT_p,
                          OPT_pg,
                          OPT_v,
                          OPT_H,
                          OPT_P,
                          OPT_C,
                          OPT_CC,
                          OPT_Q,
                          OPT_Qn,
                          OPT_Qy,
                          OPT_Qunused_arguments,
                          OPT__HASH_HASH_HASH,
                          OPT_time,
                          OPT__param,
                          OPT_Xassembler,
                          OPT_Xlinker,
                          OPT_Wa_COMMA,
                          OPT_mllvm,
                          OPT_save_temps_EQ,
                          OPT_save_stats_EQ,
                          OPT__serialize_diags,
                          OPT_dependency_file,
                          OPT_dumpdir,
                          OPT_driver_mode,
                          OPT_rsp_quoting,
                          OPT_no_default_config,
                          OPT_no_integrated_cpp,
                          OPT_canonical_prefixes,
                          OPT_no_canonical_prefixes,
                          OPT_pass_exit_codes,
                          OPT_static_libgcc,
                          OPT_static_libstdcxx,
                          OPT_shared_libgcc,
                          OPT_static_libsan,
                          OPT_shared_libsan,
                          OPT_static_openmp,
                          OPT_rtlib_EQ,
                          OPT_unwindlib_EQ,
                          OPT_nostdlibxx,
                          OPT_nodefaultlibs,
                          OPT_nolibc,
                          OPT_no_pie,
                          OPT_nopie,
                          OPT_no_pthread,
                          OPT_framework,
                          OPT_dynamiclib,
                          OPT_bundle,
                          OPT_install__name,
                          OPT_current__version,
                          OPT_compatibility__version,
                          OPT_index_header_map,
                          OPT_fmodule_output,
                          OPT_fmodule_output_EQ,
                          OPT_start_no_unused_arguments,
                          OPT_end_no_unused_arguments,
                          OPT_m3dnow,
                          OPT_m3dnowa,
                          OPT_mno_3dnow,
                          OPT_mno_3dnowa};

/// Members of ignored groups whose absence may surprise: they load code, or change what is read.
constexpr ID reported[] = {OPT_fplugin_EQ,
                           OPT_fpass_plugin_EQ,
                           OPT_specs_EQ,
                           OPT_fcomplete_member_pointers,
                           OPT_fsafe_buffer_usage_suggestions,
                           OPT_fopenacc,
                           OPT_fexperimental_new_constant_interpreter};

template <typename Range> bool among(const Range &ids, const Option &option) {
  return llvm::any_of(ids, [&](ID id) { return option.getID() == unsigned(id); });
}

template <typename Range> bool inGroup(const Range &groups, const Option &option) {
  return llvm::any_of(groups, [&](ID group) { return option.matches(group); });
}

const Limit *limitOf(const Option &option) {
  const Limit *found =
      llvm::find_if(limits, [&](const Limit &limit) { return option.getID() == limit.id; });
  return found == std::end(limits) ? nullptr : found;
}

} // namespace

FlagHandling flagHandling(const Option &option) {
  if (limitOf(option))
    return FlagHandling::Bound;
  if (among(passedSearch, option) || among(passedPreprocessor, option) ||
      among(passedLanguage, option) || among(passedTarget, option) || inGroup(passedGroups, option))
    return FlagHandling::Pass;
  if (among(reported, option))
    return FlagHandling::Report;
  // Files of C++20 and Clang modules: which one is missing is told by the parse error.
  if (option.getName().starts_with("fmodule") || option.getName().starts_with("fprebuilt-module"))
    return FlagHandling::Ignore;
  if (among(ignored, option) || inGroup(ignoredGroups, option))
    return FlagHandling::Ignore;
  return FlagHandling::Report;
}

unsigned flagLimit(const Option &option) {
  const Limit *limit = limitOf(option);
  return limit ? limit->most : 0;
}

} // namespace tether
